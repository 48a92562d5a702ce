package io.inkstream.engine.transformer;

import java.util.ArrayList;
import java.util.List;

/// One of the lanes that the rows of a branch are shared out to, so that all have as much to do:
/// the first has the text and fewer rows of the picture.
///
/// @param index its number, from 0
/// @param count of lanes
/// @param texts its rows of any text: that which has the last of the longest has all behind it, too
/// @param image its rows of an image stream: of the drawn picture, then of given ones
record Slice(int index, int count, Span texts, Span image) {
  /// What fewer rows of text cost, too, in rows of a picture: their weights are read whatever their
  /// number, by products that are too small for a card. Of nine counts from 64 to 320 it had the
  /// quickest forwards on two H200.
  static final int FEWEST = 260;

  private static final int NO_END = Integer.MAX_VALUE;

  /// Shares out the rows of a branch. Lanes after the first have text only where it alone is more
  /// than an equal share of the work.
  ///
  /// @param count of lanes
  /// @param text rows of the longest text; 0 where texts have none
  /// @param image rows of an image stream
  static List<Slice> share(int count, int text, int image) {
    List<Slice> lanes = new ArrayList<>();
    Span texts = Span.NONE;
    Span images = Span.NONE;
    for (int index = 0; index < count; index++) {
      int textLeft = Math.max(0, text - texts.to());
      int imageLeft = image - images.to();
      int work = (cost(textLeft) + imageLeft) / (count - index);
      int own = Math.min(textLeft, Math.max(work, FEWEST));
      texts = new Span(texts.to(), own == textLeft ? NO_END : texts.to() + own);
      images = images.next(Math.clamp(work - cost(own), 0, imageLeft));
      lanes.add(new Slice(index, count, texts, images));
    }
    return List.copyOf(lanes);
  }

  private static int cost(int text) {
    return text == 0 ? 0 : Math.max(text, FEWEST);
  }

  /// Its rows of a text.
  Span text(int tokens) {
    return texts.within(tokens);
  }
}
