/**
 * @file The commands and their options, as commander wants them told: help, usage errors and their exit codes. What a command
 * does is loaded when it is called, so that `--version` and `--help` answer at once.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import type { BaselineArguments } from "./baseline.js";
import type { DatasetsArguments } from "./datasets.js";
import { fraction, pictureSize, whole } from "./options.js";
import type { PredictArguments } from "./predict.js";
import type { ShowArguments } from "./show.js";
import { Session, exitCodes } from "./session.js";
import { cleanLines, paintFor } from "./text.js";

/** The package's version. */
function version(): string {
  const about: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return typeof about === "object" && about !== null && "version" in about ? String(about.version) : "unknown";
}

const examples = (...lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}\n`).join("")}`;

/** Runs a command. @returns the exit code; 0, 1 for a failure, 2 for wrong usage, 128 and more after a signal */
export async function main(words: readonly string[]): Promise<number> {
  const session = new Session();
  try {
    await program(session).parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    // commander has said what there was to say; help and version are no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return session.fail(error);
  } finally {
    session.close();
  }
}

function program(session: Session): Command {
  const paint = paintFor(process.stderr, process.env);
  const root = new Command("tesserae")
    .description("From a folder of images to an honest baseline in a second.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(cleanLines(text).replace(/^error:/, paint("red", "error:"))) })
    .addHelpText("after", () => `${examples("tesserae baseline", "tesserae baseline mnist_sample --classes 3 7", "tesserae datasets")}\nEvery command has a --help of its own.`);
  baselineCommand(root, session);
  predictCommand(root, session);
  showCommand(root, session);
  datasetsCommand(root, session);
  for (const command of root.commands) command.showHelpAfterError(`Run "tesserae ${command.name()} --help" to see what is possible.`);
  return root.showHelpAfterError('Run "tesserae --help" to see what is possible.');
}

const distance = () => new Option("--distance <name>", "l1 (mean absolute difference) or l2 (root mean squared error)").choices(["l1", "l2"]).default("l1");
const asJson = () => new Option("--json", "print one JSON object and nothing else");
const workers = () => new Option("--workers <n>", "threads that decode, besides the main one (default: the machine's cores - 1)").argParser(whole(0, 64));

function baselineCommand(root: Command, session: Session): void {
  root
    .command("baseline")
    .summary("take the mean image of each class and tell new images by the nearest one")
    .description("Take the mean image of each class and tell new images by the nearest one.\nWithout a dataset: a tour on the embedded digits.")
    .argument("[dataset]", "a known name (see: tesserae datasets), a folder, a .tgz, or the address of one")
    .option("--classes <class...>", "only these classes (default: all); put the dataset in front")
    .addOption(distance())
    .option("--save <file>", "write the model to a .safetensors file")
    .option("--report <file>", "write a page to look at: images, means, mistakes; one .html file")
    .addOption(asJson())
    .option("--skip-bad", "leave out images that cannot be used, and say how many")
    .addOption(new Option("--valid-fraction <x>", "for a folder without a split: the part put aside for validation").argParser(fraction).default(0.2))
    .addOption(new Option("--seed <n>", "for a folder without a split: seeds the shuffle").argParser(whole(0, 2 ** 31 - 1)).default(42))
    .addOption(new Option("--resize <size>", "resize every image: 28, or 32x24 for 32 columns and 24 rows").argParser(pictureSize))
    .addOption(new Option("--mode <mode>", "convert every image: grey (L), grey with alpha, colour, colour with alpha").choices(["L", "LA", "RGB", "RGBA"]))
    .addOption(workers())
    .addHelpText(
      "after",
      `
A folder has train/<class>/* and valid/<class>/*, or just <class>/*, which is then split by --valid-fraction and --seed.
${examples(
  "tesserae baseline digits",
  "tesserae baseline mnist_sample --classes 3 7 --distance l2",
  "tesserae baseline ./photos --resize 64 --mode RGB --skip-bad",
  "tesserae baseline https://example.org/leaves.tgz --save leaves.safetensors",
  "tesserae baseline digits --report digits.html",
  "tesserae baseline digits --json | jq .overallAccuracy",
)}`,
    )
    .action(async (dataset: string | undefined, options: Omit<BaselineArguments, "dataset">) => {
      const { runBaseline } = await import("./baseline.js");
      await runBaseline({ ...options, dataset }, session);
    });
}

function predictCommand(root: Command, session: Session): void {
  root
    .command("predict")
    .summary("tell what images show, with a saved model")
    .description("Tell what images show, with a model that `tesserae baseline … --save` wrote.")
    .argument("<model>", "a .safetensors file")
    .argument("<images...>", "one or more image files")
    .option("--resize", "bring images of another size or mode to the model's, instead of refusing them")
    .addOption(asJson())
    .option("--skip-bad", "leave out images that cannot be used, and say how many")
    .addHelpText("after", examples("tesserae predict model.safetensors 7.png", "tesserae predict model.safetensors --resize scans/*.jpg", "tesserae predict model.safetensors 7.png --json"))
    .action(async (model: string, images: readonly string[], options: Omit<PredictArguments, "model" | "images">) => {
      const { runPredict } = await import("./predict.js");
      await runPredict({ ...options, model, images }, session);
    });
}

function showCommand(root: Command, session: Session): void {
  root
    .command("show")
    .summary("look at images and tensors in the terminal")
    .description("Look at images and tensors in the terminal: as pictures where it can, as plain text in a pipe.")
    .argument("<files...>", "images, .npy, .npz or .safetensors files")
    .option("--cmap <name>", "the colour map of grey images and of tensors, by Matplotlib's names (Greys, viridis, magma_r, …)")
    .option("--save <file>", "write what is drawn to a .png, .svg or .html file too")
    .addHelpText("after", examples("tesserae show 7.png", "tesserae show mean3.npy --cmap Greys", "tesserae show model.safetensors --save means.png"))
    .action(async (files: readonly string[], options: Omit<ShowArguments, "files">) => {
      const { runShow } = await import("./show.js");
      await runShow({ ...options, files }, session);
    });
}

function datasetsCommand(root: Command, session: Session): void {
  root
    .command("datasets")
    .summary("list the data sets known by name")
    .description("List the data sets known by name: where each is cached, and how large it is.")
    .addOption(asJson())
    .addHelpText("after", `${examples("tesserae datasets", "tesserae datasets --json")}\nThe cache is $TESSERAE_CACHE, else $XDG_CACHE_HOME/tesserae, else ~/.cache/tesserae.`)
    .action(async (options: DatasetsArguments) => {
      const { runDatasets } = await import("./datasets.js");
      runDatasets(options, session);
    });
}
