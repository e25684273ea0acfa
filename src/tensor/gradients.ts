/**
 * @file `torch.autograd` as `autograd`: gradients without `backward`, and the checks that hold a gradient against differences.
 */
export { grad } from "./autograd.js";
