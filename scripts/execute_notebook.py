"""Executes a notebook: notebook in, executed notebook out. scripts/notebook.mjs calls it; it knows nothing of what the cells say.

    execute_notebook.py INPUT OUTPUT KERNEL FOLDER TIMEOUT

KERNEL is a kernel's name (looked up along $JUPYTER_PATH), FOLDER the one it is started in, TIMEOUT the seconds that a cell may
take. Leaves with 0, or with 1 and the failing cell on standard error.
"""

import sys
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async

# How long a result may come after the kernel has said that it is idle.
PATIENCE_SECONDS = 0.1


class PatientClient(NotebookClient):
    """Listens a moment longer: Deno's kernel sometimes sends a cell's result after it has said that it is idle.

    nbclient stops listening there, and about every second run of a notebook lost an output; so, none of 100 did.
    """

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)
        while True:
            try:
                message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=PATIENCE_SECONDS))
            except Empty:
                return
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:  # idle, said once more
                    pass


def tidy(outputs):
    """The outputs as a person would write them down: a stream in one piece, and no result that shows nothing."""
    kept = []
    for output in outputs:
        if output.output_type == "stream" and kept and kept[-1].output_type == "stream" and kept[-1].name == output.name:
            kept[-1].text += output.text
        elif output.output_type != "execute_result" or output.data:  # a picture that was shown already gives an empty result
            kept.append(output)
    return kept


def main(source, target, kernel, folder, timeout):
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    client = PatientClient(
        notebook,
        kernel_name=kernel,
        timeout=int(timeout),
        startup_timeout=60,
        record_timing=False,  # the same cells leave the same file
        resources={"metadata": {"path": folder}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        print(error, file=sys.stderr)
        return 1
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = tidy(cell.outputs)
    nbformat.write(notebook, target)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
