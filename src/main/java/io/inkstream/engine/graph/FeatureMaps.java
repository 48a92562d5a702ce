package io.inkstream.engine.graph;

/// What networks do with pictures of many channels, wherever the channels lie. Between [#first] and
/// [#last], a map is in the layout of its implementation. What surrounds a map counts as zeros.
public sealed interface FeatureMaps permits PlanarMaps, TiledMaps {
  /// As the standard has them: [PlanarMaps].
  static FeatureMaps planar(GraphBuilder g) {
    return new PlanarMaps(g);
  }

  /// In Winograd's tiles: [TiledMaps].
  static FeatureMaps tiled(GraphBuilder g) {
    return new TiledMaps(g);
  }

  GraphBuilder g();

  /// A convolution of 3 x 3 pixels of `[1, in, height, width]`.
  String first(String planar, Convolution convolution);

  /// A convolution of 3 x 3 pixels to `[1, out, height, width]`.
  String last(String map, Convolution convolution);

  /// A convolution of 3 x 3 pixels.
  String near(String map, Convolution convolution);

  /// A convolution of each pixel alone.
  String pointwise(String map, Convolution convolution);

  /// Half the size: a row and a column of zeros after the last ones, then a convolution of 3 x 3
  /// pixels around every second pixel.
  String halved(String map, Convolution convolution);

  /// Twice the size, each pixel four times.
  String doubled(String map);

  /// `x / ‖x‖₂ · √channels · gamma`, the norm taken over the channels of each pixel.
  ///
  /// @param gamma `[channels, 1, …]`
  String norm(String map, String gamma, int channels);

  /// The map as `[1, pixels, channels]`.
  String tokens(String map, long channels);

  /// `[1, pixels, channels]` as a map of the same size as `map`.
  String like(String map, String tokens);
}
