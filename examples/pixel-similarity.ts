/**
 * @file Chapter 4 of fast.ai's book, "Under the hood: training a digit classifier", line by line up to its baseline: is it a
 * three or a seven? Each Python line of the notebook stands above the TypeScript line that does the same. It uses the public
 * interface only; tests/example.test.ts holds its figures.
 *
 *     npm run example                                  # fast.ai's MNIST_SAMPLE, downloaded once
 *     TESSERAE_MIRROR=../shared/data npm run example   # the same from a folder that has mnist_sample.tgz
 *     npm run example -- digits                        # the embedded digits, 8 × 8, without any network
 *
 * The notebook: https://github.com/fastai/fastbook/blob/master/04_mnist_basics.ipynb
 */
import { F, stack, tensor, type Tensor } from "tesserae";
import { openImage, untarData, URLs, type DataPath } from "tesserae/data";

/** Prints a value under its name, as the notebook shows it under its cell. */
const show = (name: string, ...values: readonly unknown[]): void => console.log(`${name}:`, ...values);

// ## Pixels: the foundations of computer vision

// path = untar_data(URLs.MNIST_SAMPLE)
// Path.BASE_PATH = path
const path = await untarData(process.argv[2] ?? URLs.MNIST_SAMPLE);

// path.ls()
show("path", (await path.ls()).sorted());

// (path/'train').ls()
show("train", (await path.join("train").ls()).sorted());

// threes = (path/'train'/'3').ls().sorted()
// sevens = (path/'train'/'7').ls().sorted()
const threes = (await path.join("train", "3").ls()).sorted();
const sevens = (await path.join("train", "7").ls()).sorted();
show("threes", threes);
show("sevens", sevens);

// im3_path = threes[1]
// im3 = Image.open(im3_path)
const im3Path = threes[1];
const im3 = await openImage(im3Path);
show("im3", im3Path, im3.mode, im3.size);

// array(im3)[4:10,4:10]
show("array", im3.toArray().slice(4, 10).map((row) => row.slice(4, 10)));

// tensor(im3)[4:10,4:10]
show("tensor", tensor(im3).at("4:10", "4:10"));

// ## First try: pixel similarity

// seven_tensors = [tensor(Image.open(o)) for o in sevens]
// three_tensors = [tensor(Image.open(o)) for o in threes]
const tensors = (files: readonly DataPath[]) => Promise.all(files.map(async (o) => tensor(await openImage(o))));
const sevenTensors = await tensors(sevens);
const threeTensors = await tensors(threes);

// len(three_tensors), len(seven_tensors)
show("lengths", threeTensors.length, sevenTensors.length);

// stacked_sevens = torch.stack(seven_tensors).float()/255
// stacked_threes = torch.stack(three_tensors).float()/255
const stackedSevens = stack(sevenTensors).float().div(255);
const stackedThrees = stack(threeTensors).float().div(255);

// stacked_threes.shape
show("shape", stackedThrees.shape);

// len(stacked_threes.shape), stacked_threes.ndim
show("ndim", stackedThrees.shape.length, stackedThrees.ndim);

// mean3 = stacked_threes.mean(0)
// mean7 = stacked_sevens.mean(0)
const mean3 = stackedThrees.mean(0);
const mean7 = stackedSevens.mean(0);
show("mean3", mean3.shape, mean3.dtype);
show("mean7", mean7.shape, mean7.dtype);

// a_3 = stacked_threes[1]
const a3 = stackedThrees.at(1);

// dist_3_abs = (a_3 - mean3).abs().mean()
// dist_3_sqr = ((a_3 - mean3)**2).mean().sqrt()
const dist3Abs = a3.sub(mean3).abs().mean();
const dist3Sqr = a3.sub(mean3).pow(2).mean().sqrt();
show("from the mean 3", dist3Abs, dist3Sqr);

// dist_7_abs = (a_3 - mean7).abs().mean()
// dist_7_sqr = ((a_3 - mean7)**2).mean().sqrt()
const dist7Abs = a3.sub(mean7).abs().mean();
const dist7Sqr = a3.sub(mean7).pow(2).mean().sqrt();
show("from the mean 7", dist7Abs, dist7Sqr);

// F.l1_loss(a_3.float(),mean7), F.mse_loss(a_3,mean7).sqrt()
show("by loss functions", F.l1Loss(a3, mean7), F.mseLoss(a3, mean7).sqrt());

// ## NumPy arrays and PyTorch tensors

// data = [[1,2,3],[4,5,6]]
// tns = tensor(data)
const tns = tensor([[1, 2, 3], [4, 5, 6]]);
show("tns", tns);

// tns[1]; tns[:,1]; tns[1,1:3]; tns+1; tns.type(); tns*1.5
show("tns[1]", tns.at(1));
show("tns[:,1]", tns.at(":", 1));
show("tns[1,1:3]", tns.at(1, "1:3"));
show("tns+1", tns.add(1));
show("tns.type()", tns.type());
show("tns*1.5", tns.mul(1.5));

// ## Computing metrics using broadcasting

// valid_3_tens = torch.stack([tensor(Image.open(o)) for o in (path/'valid'/'3').ls()])
// valid_3_tens = valid_3_tens.float()/255
// valid_7_tens = torch.stack([tensor(Image.open(o)) for o in (path/'valid'/'7').ls()])
// valid_7_tens = valid_7_tens.float()/255
const valid3 = (await path.join("valid", "3").ls()).sorted();
const valid7 = (await path.join("valid", "7").ls()).sorted();
const valid3Tens = stack(await tensors(valid3)).float().div(255);
const valid7Tens = stack(await tensors(valid7)).float().div(255);

// valid_3_tens.shape, valid_7_tens.shape
show("valid shapes", valid3Tens.shape, valid7Tens.shape);

// One three and one seven that the mean three has not seen, by hand and by the loss functions: the seven is farther away.
const [v3, v7] = [valid3Tens.at(5), valid7Tens.at(3)];
show("a valid 3 from the mean 3", valid3[5], v3.sub(mean3).abs().mean(), v3.sub(mean3).pow(2).mean().sqrt());
show("by loss functions", valid3[5], F.l1Loss(v3, mean3), F.mseLoss(v3, mean3).sqrt());
show("a valid 7 from the mean 3", valid7[3], v7.sub(mean3).abs().mean(), v7.sub(mean3).pow(2).mean().sqrt());
show("by loss functions", valid7[3], F.l1Loss(v7, mean3), F.mseLoss(v7, mean3).sqrt());

// def mnist_distance(a,b): return (a-b).abs().mean((-1,-2))
// mnist_distance(a_3, mean3)
const mnistDistance = (a: Tensor, b: Tensor) => a.sub(b).abs().mean([-1, -2]);
show("mnistDistance", mnistDistance(a3, mean3));

// valid_3_dist = mnist_distance(valid_3_tens, mean3)
// valid_3_dist, valid_3_dist.shape
const valid3Dist = mnistDistance(valid3Tens, mean3);
show("valid3Dist", valid3Dist, valid3Dist.shape);

// tensor([1,2,3]) + tensor(1)
show("broadcasting", tensor([1, 2, 3]).add(tensor(1)));

// (valid_3_tens-mean3).shape
show("valid3Tens - mean3", valid3Tens.sub(mean3).shape);

// def is_3(x): return mnist_distance(x,mean3) < mnist_distance(x,mean7)
const is3 = (x: Tensor) => mnistDistance(x, mean3).lt(mnistDistance(x, mean7));

// is_3(a_3), is_3(a_3).float()
show("is3(a3)", is3(a3), is3(a3).float());

// is_3(valid_3_tens)
show("is3(valid3Tens)", is3(valid3Tens));

// accuracy_3s =      is_3(valid_3_tens).float() .mean()
// accuracy_7s = (1 - is_3(valid_7_tens).float()).mean()
// accuracy_3s,accuracy_7s,(accuracy_3s+accuracy_7s)/2
const accuracy3s = is3(valid3Tens).float().mean();
const accuracy7s = tensor(1).sub(is3(valid7Tens).float()).mean();
show("accuracy", accuracy3s, accuracy7s, accuracy3s.add(accuracy7s).div(2));
