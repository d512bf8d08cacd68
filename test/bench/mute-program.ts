// Owns a program that ends without a word: the bench must say so instead of waiting.

process.exitCode = 3;
