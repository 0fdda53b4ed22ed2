"""One file for each area; each gives steps: a name and what is done."""
