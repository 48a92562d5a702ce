package io.inkstream.engine.graph;

import java.nio.file.Path;
import java.util.Set;

/// A graph in ONNX form whose weights lie in safetensors files.
///
/// @param name the part of the network, fit for a file name: `block_07`
/// @param bytes the `ModelProto`; external data is located by file name
/// @param weightsFolder the folder of all those files
/// @param weightFiles the files themselves, empty if the graph has no weights
public record OnnxModel(String name, byte[] bytes, Path weightsFolder, Set<Path> weightFiles) {}
