"""Inkstream's exported graphs on ONNX Runtime, run from Python with every tensor where it already lies.

`inkstream export --dtype bf16` writes the graphs. `bound_block` turns an exported block's external weights into inputs,
as Inkstream's CUDA path does, so that one session serves all blocks and the weights can be those that PyTorch holds.
`Session` binds PyTorch tensors by address and runs on PyTorch's stream, without copies and without waiting.
"""
import os

import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper

ELEMENT = {torch.float32: TensorProto.FLOAT, torch.bfloat16: TensorProto.BFLOAT16, torch.float16: TensorProto.FLOAT16}
TYPE = {number: element for element, number in ELEMENT.items()}
CUDA = "CUDAExecutionProvider"
CUDNN_SWITCH = "ORT_ENABLE_CUDNN_FLASH_ATTENTION"
# Bits of the provider option sdpa_kernel; cuDNN's kernel wants the switch in the environment too.
ATTENTION = {"flash": 1, "efficient": 2, "cudnn": 8, "math": 16}
# A session that ends beside PyTorch throws in a destructor (cudaFreeHost: operation not permitted), and with it the process.
ALIVE = []


def read(path):
    return onnx.load(str(path), load_external_data=False)


def external(tensor):
    return tensor.data_location == TensorProto.EXTERNAL


def bound_block(path, attention=None):
    """An exported block with its weights as inputs, named without the block's prefix: the model, and those inputs' types.

    `attention="onnx"` replaces com.microsoft's MultiHeadAttention by the standard's Attention.
    """
    model = read(path)
    graph, weights = model.graph, {}
    for tensor in [tensor for tensor in graph.initializer if external(tensor)]:
        graph.initializer.remove(tensor)
        name = short(tensor.name)
        graph.input.append(helper.make_tensor_value_info(name, tensor.data_type, list(tensor.dims)))
        weights[name] = TYPE[tensor.data_type]
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [short(name) for name in names]
        if attention == "onnx" and node.op_type == "MultiHeadAttention":
            heads = next(a.i for a in node.attribute if a.name == "num_heads")
            standard_attention(node, heads)
    return model, weights


def short(name):
    return name.split(".", 2)[2] if name.startswith("transformer_blocks.") else name


def standard_attention(node, heads):
    node.op_type, node.domain = "Attention", ""
    del node.attribute[:]
    node.attribute.extend([helper.make_attribute("q_num_heads", heads), helper.make_attribute("kv_num_heads", heads)])


class Session:
    """A graph on the device of the tensors it is bound to.

    `attention` names one of ONNX Runtime's kernels; without it ONNX Runtime chooses.
    """

    def __init__(self, model, device, attention=None, options=None):
        self.device = torch.device(device)
        settings = onnxruntime.SessionOptions()
        settings.log_severity_level = 3
        if self.device.type == "cuda":
            os.environ.pop(CUDNN_SWITCH, None)
            if attention == "cudnn":
                os.environ[CUDNN_SWITCH] = "1"
            cuda = {"device_id": 0, "user_compute_stream": str(torch.cuda.current_stream().cuda_stream),
                    "arena_extend_strategy": "kSameAsRequested", "cudnn_conv_algo_search": "HEURISTIC", **(options or {})}
            if attention:
                cuda["sdpa_kernel"] = str(ATTENTION[attention])
            providers = [(CUDA, cuda), "CPUExecutionProvider"]
        else:
            providers = ["CPUExecutionProvider"]
        source = model.SerializeToString() if isinstance(model, onnx.ModelProto) else str(model)
        self.session = onnxruntime.InferenceSession(source, settings, providers=providers)
        if self.device.type == "cuda" and self.session.get_providers()[0] != CUDA:
            raise RuntimeError("ONNX Runtime could not load its CUDA provider")
        ALIVE.append(self.session)
        self.settings = onnxruntime.RunOptions()
        self.settings.add_run_config_entry("disable_synchronize_execution_providers", "1")

    def bind(self, inputs, outputs):
        """A run's tensors: contiguous, of the graph's types, and alive as long as the binding is used."""
        binding = self.session.io_binding()
        for tensors, bind in ((inputs, binding.bind_input), (outputs, binding.bind_output)):
            for name, tensor in tensors.items():
                if not tensor.is_contiguous():
                    raise ValueError(f"{name} is not contiguous")
                bind(name, self.device.type, 0, ELEMENT[tensor.dtype], list(tensor.shape), tensor.data_ptr())
        return binding

    def run(self, binding):
        self.session.run_with_iobinding(binding, self.settings)


class Blocks:
    """All blocks of a transformer through one session whose weights are inputs.

    h and e go to and fro between two pairs of tensors: after an even number of blocks the result lies in `streams[0]`.
    """

    def __init__(self, session, weights, blocks, cos, sin, modulations, image, text):
        """`weights` gives the type of each weight's input; blocks' parameters of another type are converted."""
        width = modulations[0].shape[-1] // 12
        fresh = dict(dtype=modulations[0].dtype, device=modulations[0].device)
        self.session = session
        self.streams = [tuple(torch.empty(rows, width, **fresh) for rows in (image, text)) for _ in range(2)]
        self.kept = [cos, sin, modulations]
        self.bindings = []
        for number, (block, modulation) in enumerate(zip(blocks, modulations)):
            parameters = dict(block.named_parameters())
            bound = {name: parameters[name].to(element) for name, element in weights.items()}
            (h, e), (h_out, e_out) = self.streams[number % 2], self.streams[1 - number % 2]
            inputs = {"h": h, "e": e, "cos": cos, "sin": sin, "modulation": modulation, **bound}
            self.bindings.append(session.bind(inputs, {"h_out": h_out, "e_out": e_out}))
            self.kept.append(bound)

    def start(self, h, e):
        self.streams[0][0].copy_(h)
        self.streams[0][1].copy_(e)

    def run(self, first=0, last=None):
        for binding in self.bindings[first:last]:
            self.session.run(binding)

    def result(self, count):
        """h and e after so many blocks."""
        return self.streams[count % 2]
