"""Writes catalogue-*.json: what PyTorch gives for the operations of the catalogue, for tests/golden-catalogue.test.ts.

Run it with a Python that has torch: python tests/golden/make_catalogue.py [family ...]
recorder.py says what a record looks like; each family's sections are in catalogue_FAMILY.py and go to catalogue-FAMILY.json.
"""

import importlib
import pathlib
import sys

import recorder

FAMILIES = ("elementwise", "order", "shape")

for family in sys.argv[1:] or FAMILIES:
    recorder.sections.clear()
    recorder.gaps.clear()
    importlib.import_module(f"catalogue_{family}").everything()
    recorder.write(pathlib.Path(__file__).with_name(f"catalogue-{family}.json"))
