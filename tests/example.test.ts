/**
 * @file The experiment's figures, from the example and from the command: on the embedded digits always, on fast.ai's
 * MNIST_SAMPLE where ../shared/data/mnist_sample.tgz lies beside the repository.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { repository, run, sharedData, start, temporaryFolder } from "./cli-run.js";

const script = join(repository, "dist-examples/pixel-similarity.js");
const env = { TESSERAE_CACHE: temporaryFolder(), TESSERAE_MIRROR: sharedData };
const mnist = join(sharedData, "mnist_sample.tgz");

beforeAll(() => {
  execFileSync(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.examples.json"], { cwd: repository });
}, 60_000);

/** What the example prints, by the name in front of each value; later values of the same name are numbered. */
async function figures(...words: string[]): Promise<Record<string, string>> {
  const { code, stdout, stderr } = await start(words, env, script).ended;
  expect([code, stderr]).toEqual([0, ""]);
  const out: Record<string, string> = {};
  for (const part of stdout.trimEnd().split(/\n(?=[\w(),:+*.[\] -]+: )/)) {
    const [, name, value] = /^(.+?): ([^]*)$/.exec(part) ?? [];
    let key = name;
    for (let n = 2; key in out; n++) key = `${name} ${n}`;
    out[key] = value;
  }
  return out;
}

describe("the example", () => {
  it("on the embedded digits: 46 of 48 threes, every seven", async () => {
    expect(await figures("digits")).toMatchObject({
      lengths: "135 153",
      shape: "[ 135, 8, 8 ]",
      ndim: "3 3",
      mean3: "[ 8, 8 ] float32",
      "tns[:,1]": "tensor([2, 5])",
      "tns*1.5": "tensor([[1.5000, 3.0000, 4.5000],\n        [6.0000, 7.5000, 9.0000]])",
      "valid shapes": "[ 48, 8, 8 ] [ 26, 8, 8 ]",
      "is3(a3)": "tensor(True) tensor(1.)",
      accuracy: "tensor(0.9583) tensor(1.) tensor(0.9792)",
    });
  });

  it.skipIf(!existsSync(mnist))(`on MNIST_SAMPLE, to the digit (skipped where there is no ${mnist})`, async () => {
    const { threes, sevens, ...rest } = await figures();
    expect(threes).toMatch(/^\(#6131\) \[Path\('train\/3\/10\.png'\),Path\('train\/3\/10000\.png'\),.*\.\.\.\]$/);
    expect(sevens).toMatch(/^\(#6265\) \[Path\('train\/7\/10002\.png'\),/);
    expect(rest).toMatchObject({
      im3: "Path('train/3/10000.png') L [ 28, 28 ]",
      tensor: `tensor([[  0,   0,   0,   0,   0,   0],
        [  0,   0,   0,   0,   0,  29],
        [  0,   0,   0,  48, 166, 224],
        [  0,  93, 244, 249, 253, 187],
        [  0, 107, 253, 253, 230,  48],
        [  0,   3,  20,  20,  15,   0]], dtype=uint8)`,
      lengths: "6131 6265",
      shape: "[ 6131, 28, 28 ]",
      "from the mean 3": "tensor(0.1114) tensor(0.2021)",
      "from the mean 7": "tensor(0.1586) tensor(0.3021)",
      "by loss functions": "tensor(0.1586) tensor(0.3021)",
      "valid shapes": "[ 1010, 28, 28 ] [ 1028, 28, 28 ]",
      "a valid 3 from the mean 3": "Path('valid/3/1067.png') tensor(0.1188) tensor(0.2160)",
      "by loss functions 2": "Path('valid/3/1067.png') tensor(0.1188) tensor(0.2160)",
      "a valid 7 from the mean 3": "Path('valid/7/1021.png') tensor(0.1702) tensor(0.3053)",
      "by loss functions 3": "Path('valid/7/1021.png') tensor(0.1702) tensor(0.3053)",
      mnistDistance: "tensor(0.1114)",
      valid3Dist: expect.stringMatching(/^tensor\(\[0\.\d{4}, 0\.\d{4}, 0\.\d{4}, {2}\.\.\., 0\.\d{4}, 0\.\d{4}, 0\.\d{4}\]\) \[ 1010 \]$/),
      "is3(a3)": "tensor(True) tensor(1.)",
      accuracy: "tensor(0.9168) tensor(0.9854) tensor(0.9511)",
    });
  });
});

describe.skipIf(!existsSync(mnist))(`the command on mnist_sample (skipped where there is no ${mnist})`, () => {
  it("finds the same accuracies in every picture", async () => {
    const { code, stdout, stderr } = await run(["baseline", "mnist_sample", "--json"], env);
    expect([code, stderr]).toEqual([0, ""]);
    const { seconds: _, ...report }: Record<string, unknown> = JSON.parse(stdout);
    expect(report).toEqual({
      dataset: "mnist_sample",
      classes: ["3", "7"],
      distance: "l1",
      images: { train: { "3": 6131, "7": 6265 }, valid: { "3": 1010, "7": 1028 } },
      imageShape: [28, 28],
      accuracy: { "3": 926 / 1010, "7": 1013 / 1028 },
      balancedAccuracy: (926 / 1010 + 1013 / 1028) / 2,
      overallAccuracy: 1939 / 2038,
      confusion: [[926, 84], [15, 1013]],
    });
  });
});
