package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.Shape;
import java.util.List;
import java.util.Map;

/// Winograd's F(4 x 4, 3 x 3): convolutions of 3 x 3 pixels with 36 multiplications for 16 pixels
/// in place of 144. A tile of 6 x 6 pixels (each 4 from the next) and the kernel become 36 numbers,
/// by [WinogradMatrices]; the products of these, added over the channels, become 4 x 4 pixels.
///
/// A map is made in stripes of some rows of tiles, so that what is beside it, 2.25 times as large,
/// is small, and lies near the processor when it is read again.
///
/// Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", section 4.
record Winograd(GraphBuilder g) {
  private static final long SIDE = WinogradMatrices.SIDE;
  private static final long TILE = WinogradMatrices.TILE;
  private static final long ALL = TILE * TILE;
  // In a stripe, of few and of many channels, as measured: numbers of them all stay in the cache.
  private static final int FEW_CHANNELS = 256;
  private static final long TILES_OF_FEW = 128;
  private static final long TILES_OF_MANY = 256;

  /// The size of a map and of its stripes, each a list of one integer.
  ///
  /// @param tilesWide tiles in a row
  /// @param tilesHigh rows of tiles in a stripe
  /// @param rows of pixels in a stripe
  /// @param stripes of the map, the last of which may go beyond it
  private record Size(
      String height,
      String width,
      String tilesWide,
      String tilesHigh,
      String rows,
      String stripes) {}

  /// @param map `[height, width, in]`
  /// @return `[height, width, out]`
  String convolved(String map, Convolution convolution) {
    long in = convolution.in();
    long out = convolution.out();
    String bias = convolution.bias();
    String kernels = convolution.tiles();
    Size size = size(map, in < FEW_CHANNELS ? TILES_OF_FEW : TILES_OF_MANY);
    String stripes =
        g.each(
            size.stripes(),
            stripe -> {
              String tiles = tiles(stripe(map, size, stripe), size, in);
              String pixels = pixels(g.op("MatMul", tiles, kernels), size, out);
              return g.op("Add", pixels, bias);
            },
            "rows",
            "columns",
            out);
    String all = g.op("Reshape", stripes, list(-1, times(size.tilesWide(), SIDE), out));
    return g.op("Slice", all, g.longs(0, 0), list(size.height(), size.width()), g.longs(0, 1));
  }

  private Size size(String map, long tiles) {
    String height = g.extent(map, 0);
    String width = g.extent(map, 1);
    String tilesWide = upwards(width, g.longs(SIDE));
    String allHigh = upwards(height, g.longs(SIDE));
    String fitting = g.op("Max", g.op("Div", g.longs(tiles), tilesWide), g.longs(1));
    String tilesHigh = g.op("Min", fitting, allHigh);
    String stripes = upwards(allHigh, tilesHigh);
    return new Size(height, width, tilesWide, tilesHigh, times(tilesHigh, SIDE), stripes);
  }

  /// The stripe's rows and columns, and those of zeros or of the neighbours around them.
  private String stripe(String map, Size size, String number) {
    String begin = g.op("Sub", g.op("Mul", number, size.rows()), g.longs(1));
    String end = g.op("Add", begin, g.op("Add", size.rows(), g.longs(2)));
    String from = g.op("Max", begin, g.longs(0));
    String to = g.op("Min", end, size.height());
    String rows = g.op("Slice", map, from, to, g.longs(0));
    String above = g.op("Sub", from, begin);
    String below = g.op("Sub", end, to);
    String right =
        g.op("Sub", g.op("Add", times(size.tilesWide(), SIDE), g.longs(1)), size.width());
    return g.op("Pad", rows, list(above, 1, 0, below, right, 0));
  }

  /// `[36, tiles, in]`: `Bᵀ · tile · B` of each, rows first.
  private String tiles(String stripe, Size size, long in) {
    String matrix = matrix("winograd_tile", WinogradMatrices.tile(), TILE, 1, TILE, 1);
    String high = g.op("Reshape", stripe, list(1, 1, g.extent(stripe, 0), -1));
    String rows = strided(high, matrix);
    String wide = g.op("Reshape", rows, list(-1, 1, g.extent(stripe, 1), in));
    String both = strided(wide, matrix);
    String apart = list(TILE, size.tilesHigh(), TILE, size.tilesWide(), in);
    String ordered = g.transposed(g.op("Reshape", both, apart), 0, 2, 1, 3, 4);
    return g.reshape(ordered, ALL, -1, in);
  }

  private String strided(String value, String matrix) {
    return g.op(
        "Conv",
        List.of(value, matrix),
        Map.of("kernel_shape", new long[] {TILE, 1}, "strides", new long[] {SIDE, 1}));
  }

  /// `[rows, columns, out]`: `Aᵀ · product · A` of each tile.
  private String pixels(String products, Size size, long out) {
    String matrix = matrix("winograd_pixels", WinogradMatrices.pixels(), SIDE * SIDE, ALL);
    String numbers = g.op("MatMul", matrix, g.reshape(products, ALL, -1));
    String apart = list(SIDE, SIDE, size.tilesHigh(), size.tilesWide(), out);
    String ordered = g.transposed(g.op("Reshape", numbers, apart), 2, 0, 3, 1, 4);
    return g.op("Reshape", ordered, list(size.rows(), times(size.tilesWide(), SIDE), out));
  }

  private String matrix(String name, float[] numbers, long... extents) {
    return g.floats(name, new Shape(extents), numbers);
  }

  private String times(String number, long factor) {
    return g.op("Mul", number, g.longs(factor));
  }

  private String upwards(String number, String divisor) {
    String most = g.op("Sub", g.op("Add", number, divisor), g.longs(1));
    return g.op("Div", most, divisor);
  }

  /// Integers of which some are values of the graph, as one list.
  private String list(Object... numbers) {
    return g.concat(
        0,
        List.of(numbers).stream()
            .map(number ->
                number instanceof String value ? value : g.longs(((Number) number).longValue()))
            .toList());
  }
}
