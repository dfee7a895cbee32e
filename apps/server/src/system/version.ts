/** The product's version; the same as in package.json, which a test compares. */
export const productVersion = '0.1.0'
