package io.inkstream.engine.network;

import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.OnnxModel;
import java.util.List;
import java.util.Optional;

/// A transformer as ONNX graphs, of whichever form its blocks are.
public sealed interface TransformerGraphs permits DoubleStreamGraphs, SingleStreamGraphs {
  /// All graphs, in the order in which they run.
  List<OnnxModel> all();

  /// The block with its weights as inputs.
  default BoundBlock boundBlock(int block) {
    return boundBlock(block, BlockPart.WHOLE);
  }

  /// A part of it, with those of its weights that it needs.
  BoundBlock boundBlock(int block, BlockPart part);

  /// The block with its weights as inputs and with the operators of `kernel`: the same numbers in
  /// half of the passes over the streams.
  ///
  /// @param products of its layers, where no adapters may stand beside them
  default BoundBlock fusedBlock(int block, ProductKernels products) {
    return fusedBlock(block, products, BlockPart.WHOLE);
  }

  /// A part of it.
  BoundBlock fusedBlock(int block, ProductKernels products, BlockPart part);

  /// Whether the kernels of a card take [#fusedBlock] of this model.
  boolean fitsFusedKernels();

  /// Whether a card multiplies such a model's weights of 8 bits as they are.
  boolean fitsFloat8Kernels();

  /// The first block's modulation with its weights as inputs, where each block has its own.
  Optional<BoundBlock> modulationInTurn();
}
