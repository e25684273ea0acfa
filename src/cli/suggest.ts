/**
 * @file "Did you mean" for the commands: core's, which other rooms use too. It only passes names on.
 */
export { didYouMean, editDistance, nearest } from "../core/suggest.js";
