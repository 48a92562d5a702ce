package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.PrefixPart.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A text and its given pictures as the parts of a prefix, each before the first block. A token
/// sees what precedes it, and a picture's see all of the picture: so parts go one after the other.
final class PrefixParts implements AutoCloseable {
  // Scores of a head at a time, for text behind pictures: 4 MB.
  private static final int MOST_SCORES = 1 << 20;

  private final CausalPrefix prefix;
  private final RunContext context;
  private final Tensor embeds;
  private final List<PrefixPart> parts = new ArrayList<>();
  private int rows;
  private int position;

  /// @param embeds `[tokens, joint]`
  PrefixParts(CausalPrefix prefix, Tensor embeds, List<GivenPicture> pictures, RunContext context) {
    this.prefix = prefix;
    this.context = context;
    this.embeds = embeds;
    try {
      int token = 0;
      for (GivenPicture picture : pictures) {
        text(token, picture.at());
        picture(picture);
        token = picture.end();
      }
      text(token, Math.toIntExact(embeds.shape().dim(0)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void text(int from, int to) {
    int token = from;
    while (token < to) {
      int most = rows == 0 ? to - from : Math.max(1, MOST_SCORES / rows);
      int count = Math.min(to - token, most);
      var part = part(rows == 0 ? Kind.TEXT : Kind.REST, count);
      part.turn(prefix.rope().text(position, count));
      Map<String, Tensor> own = Map.of("encoder_hidden_states", embeds.rows(token, count));
      var inputs = AdapterInputs.joined(own, context.adapters().textIn());
      part.enter(prefix.textIn(), inputs, context);
      position += count;
      token += count;
    }
  }

  private void picture(GivenPicture picture) {
    int count = picture.grid().tokens();
    var part = part(Kind.GIVEN, count);
    part.turn(prefix.rope().picture(position, picture.grid()));
    try (var latents = Tensor.of(picture.tokens(), count, picture.tokens().length / count)) {
      Map<String, Tensor> own = Map.of("hidden_states", latents);
      var inputs = AdapterInputs.joined(own, context.adapters().imageIn());
      part.enter(prefix.imageIn(), inputs, context);
    }
    position += picture.positions();
  }

  private PrefixPart part(Kind kind, int count) {
    var part = new PrefixPart(kind, rows, count, prefix.width(), prefix.stages());
    parts.add(part);
    rows += count;
    return part;
  }

  /// Runs them through all blocks. The caller closes what they made.
  Prefix run() {
    Prefix made = Prefix.empty(prefix.stages(), rows, prefix.width());
    try {
      for (int block = 0; block < prefix.blocks().count(); block++) {
        for (PrefixPart part : parts) {
          part.run(block, prefix.blocks(), made, context);
        }
      }
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  @Override
  public void close() {
    parts.forEach(PrefixPart::close);
  }
}
