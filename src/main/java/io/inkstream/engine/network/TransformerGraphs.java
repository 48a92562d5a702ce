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

  /// The first block's modulation with its weights as inputs, where each block has its own.
  Optional<BoundBlock> modulationInTurn();
}
