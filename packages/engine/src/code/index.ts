/** User code: transpiling, types for the editor, and the runner that executes one batch in a sealed compartment. */
export {}
