"""The whole baseline in Python, as the notebook has it: pictures with PIL, arithmetic with PyTorch or NumPy.

    python baseline_pil.py --engine torch mnist_sample
    python baseline_pil.py --engine numpy mnist_sample

reads an extracted mnist_sample, takes the mean three and the mean seven of the training pictures, and prints how many of
the validation pictures are nearer to their own. bench/ measures it from outside, from process start to end.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image


def files(folder):
    found = sorted(folder.iterdir())
    if not found:
        raise SystemExit(f"{folder} holds no pictures")
    return found


def with_torch(root):
    import torch

    def load(folder):
        return torch.stack([torch.from_numpy(np.array(Image.open(file))) for file in files(folder)]).float() / 255

    def distance(a, b):
        return (a - b).abs().mean((-1, -2))

    mean3, mean7 = load(root / "train" / "3").mean(0), load(root / "train" / "7").mean(0)

    def is3(x):
        return distance(x, mean3) < distance(x, mean7)

    threes = is3(load(root / "valid" / "3")).float().mean()
    sevens = 1 - is3(load(root / "valid" / "7")).float().mean()
    return threes.item(), sevens.item()


def with_numpy(root):
    def load(folder):
        return np.stack([np.array(Image.open(file)) for file in files(folder)]).astype(np.float32) / 255

    def distance(a, b):
        return np.abs(a - b).mean((-1, -2))

    mean3, mean7 = load(root / "train" / "3").mean(0), load(root / "train" / "7").mean(0)

    def is3(x):
        return distance(x, mean3) < distance(x, mean7)

    return is3(load(root / "valid" / "3")).mean(), 1 - is3(load(root / "valid" / "7")).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=("torch", "numpy"), required=True)
    parser.add_argument("folder", type=Path, help="an extracted mnist_sample: train/3, train/7, valid/3, valid/7")
    args = parser.parse_args()
    threes, sevens = {"torch": with_torch, "numpy": with_numpy}[args.engine](args.folder)
    print(f"threes {threes:.4f}  sevens {sevens:.4f}  mean {(threes + sevens) / 2:.4f}")


if __name__ == "__main__":
    main()
