# Short names for what people type. Everything works without just: see `cargo xtask help`.

# Show the recipes
default:
    @just --list --unsorted

# Set up what is missing, build, and start Howdah; arguments go to `howdah serve`
run *args:
    cargo xtask run {{args}}

# Set up what is missing and run every check, or some: `just test --only unit,pg18`
test *args:
    cargo xtask test {{args}}

# What CI runs
ci:
    bash .ci/run

# The binary to copy to a server: target/release/howdah
build:
    cargo xtask build

# Build the web app only; `just web --dev` compiles faster and larger
web *args:
    cargo xtask web {{args}}

# Find or install the tools without building anything; `just setup --test` for the tests' tools too
setup *args:
    cargo xtask setup {{args}}

# Format all Rust code
fmt:
    cargo xtask fmt

# Clippy over the workspace and the web app
lint:
    cargo xtask lint

# Write openapi/openapi.json
openapi:
    cargo xtask openapi

# Measure the figures of the README
bench *args:
    cargo xtask bench {{args}}

# Take the README's pictures
screenshots:
    cargo xtask screenshots

# Remove the tools that setup has installed
clean-cache:
    cargo xtask clean-cache
