// Loads the parts of the app when they are needed: their modules and style sheets, each file once.
import { initSync } from "./howdah.js";

const running = new Map();

// A file that could not be loaded is tried again when it is next asked for.
const once = (name) => {
  if (!running.has(name)) {
    const load = name.endsWith(".css") ? style : code;
    running.set(name, load(name).catch((error) => {
      running.delete(name);
      throw error;
    }));
  }
  return running.get(name);
};

// A module puts its functions and data into the table and the memory of the main module.
const code = async (name) => {
  const main = initSync();
  await WebAssembly.instantiateStreaming(fetch(new URL(name, import.meta.url)), { __wasm_split: main, host: main });
};

const style = (name) => new Promise((done, failed) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(name, import.meta.url);
  link.onload = done;
  link.onerror = () => {
    link.remove();
    failed(new Error(`${name} could not be loaded`));
  };
  document.head.append(link);
});

// The app calls this with a function of its own, by its place in the table, that wants to know how it went.
const part = (...files) => async (callback, data) => {
  let loaded = true;
  try {
    await Promise.all(files.map(once));
  } catch (error) {
    console.error(error);
    loaded = false;
  }
  initSync().__indirect_function_table.get(callback)(data, loaded);
};
