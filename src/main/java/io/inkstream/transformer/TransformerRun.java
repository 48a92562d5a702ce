package io.inkstream.transformer;

import io.inkstream.runtime.CancellationSignal;
import io.inkstream.tensor.Shape;
import io.inkstream.tensor.Tensor;
import io.inkstream.transformer.QwenEmbedRope.Grid;
import java.util.Map;

/// The forwards of one request: its modulations and working memory. For one thread at a time.
public final class TransformerRun implements AutoCloseable {
  private final TransformerParts parts;
  private final int width;
  private final QwenEmbedRope rope;
  private final Grid grid;
  private final Modulations modulations;
  private final CancellationSignal signal;
  private final Tensor latents;
  private final Tensor sample;
  private final PingPong image;

  TransformerRun(
      TransformerParts parts,
      int width,
      int inChannels,
      QwenEmbedRope rope,
      Grid grid,
      Modulations modulations,
      CancellationSignal signal) {
    this.parts = parts;
    this.width = width;
    this.rope = rope;
    this.grid = grid;
    this.modulations = modulations;
    this.signal = signal;
    this.latents = Tensor.zeros(grid.tokens(), inChannels);
    this.sample = Tensor.zeros(grid.tokens(), inChannels);
    this.image = new PingPong(new Shape(grid.tokens(), width));
  }

  /// Prepares a branch from its prompt's embeddings `[tokens, joint]`. The caller closes it.
  public Branch branch(Tensor embeds) {
    long tokens = embeds.shape().dim(0);
    Tensor text = Tensor.zeros(tokens, width);
    try {
      parts.textIn().run(Map.of("encoder_hidden_states", embeds), Map.of("e", text), signal);
      return new Branch(text, rope.tables((int) tokens, grid));
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
  }

  /// The predicted velocity at one step.
  ///
  /// @param step index into the time steps that the run began with
  /// @param tokens the sample's packed latents `[img, in_channels]`
  /// @return the velocity `[img, in_channels]`, before guidance
  /// @throws io.inkstream.runtime.CancelledException within one graph node of a cancel
  public float[] forward(Branch branch, int step, float[] tokens) {
    latents.set(tokens);
    parts.imageIn().run(Map.of("hidden_states", latents), Map.of("h", image.after(-1)), signal);
    for (int block = 0; block < parts.blocks().size(); block++) {
      runBlock(branch, step, block);
    }
    var last = image.after(parts.blocks().size() - 1);
    var modulation = modulations.out().row(step);
    parts
        .imageOut()
        .run(Map.of("h", last, "modulation_out", modulation), Map.of("sample", sample), signal);
    return sample.toArray();
  }

  /// Features of a velocity's token.
  public int channels() {
    return (int) sample.shape().dim(-1);
  }

  private void runBlock(Branch branch, int step, int block) {
    var text = block == 0 ? branch.text() : branch.scratch().after(block - 1);
    var inputs =
        Map.of(
            "h", image.after(block - 1),
            "e", text,
            "cos", branch.rope().cos(),
            "sin", branch.rope().sin(),
            "modulation", modulations.blocks().get(block).row(step));
    var outputs = Map.of("h_out", image.after(block), "e_out", branch.scratch().after(block));
    parts.blocks().get(block).run(inputs, outputs, signal);
  }

  @Override
  public void close() {
    modulations.close();
    latents.close();
    sample.close();
    image.close();
  }
}
