"""Writes functional.json and functional-gradients.json: torch.nn.functional, for golden-catalogue.test.ts and autograd-golden.test.ts.

Run it with a Python that has torch: python tests/golden/make_functional.py
recorder.py says what a record looks like; those of gradients are make_autograd.py's. Each family's sections are in functional_FAMILY.py.
"""

import importlib
import pathlib

import recorder

FAMILIES = ("activations", "losses", "layers")

families = [importlib.import_module(f"functional_{family}") for family in FAMILIES]
here = pathlib.Path(__file__)
for family in families:
    family.values()
recorder.write(here.with_name("functional.json"))
recorder.sections.clear()
for family in families:
    family.gradients()
recorder.write(here.with_name("functional-gradients.json"))
