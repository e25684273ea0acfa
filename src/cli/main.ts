#!/usr/bin/env node
/**
 * @file The command `tesserae`. It only starts program.ts and leaves by itself: the process ends when nothing is left to do,
 * with the exit code that was set.
 */
import { main } from "./program.js";

process.exitCode = await main(process.argv.slice(2));
