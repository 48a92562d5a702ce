package io.inkstream.engine.device;

import java.util.Locale;

/// Large numbers for a reader, in decimal units.
public final class Amount {
  private static final String[] COUNTS = {"", " K", " M", " B", " T"};
  private static final String[] BYTES = {" bytes", " KB", " MB", " GB", " TB"};

  private Amount() {}

  /// `18.9 M`.
  public static String count(long count) {
    return scaled(count, COUNTS);
  }

  /// `37.8 MB`.
  public static String bytes(long bytes) {
    return scaled(bytes, BYTES);
  }

  private static String scaled(long amount, String[] units) {
    double scaled = amount;
    int unit = 0;
    // As the reader sees it: 999,950 is 1.0 million, not 1000.0 thousand.
    while (scaled >= (unit == 0 ? 1000 : 999.95) && unit < units.length - 1) {
      scaled /= 1000;
      unit++;
    }
    return unit == 0
        ? amount + units[0]
        : String.format(Locale.ROOT, "%.1f%s", scaled, units[unit]);
  }
}
