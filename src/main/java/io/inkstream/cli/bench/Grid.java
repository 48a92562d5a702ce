package io.inkstream.cli.bench;

import java.util.List;

/// What is drawn of each scene, in which order.
interface Grid {
  /// Draws, and forgets it: nothing is measured before everything has run once.
  void warmUp(Scene scene);

  List<Trial> round(Scene scene);
}
