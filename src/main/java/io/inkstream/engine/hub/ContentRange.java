package io.inkstream.engine.hub;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.regex.Pattern;

/// The header `Content-Range` of a 206.
final class ContentRange {
  private static final Pattern FORM = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(?:\\d+|\\*)");

  private ContentRange() {}

  /// Where the bytes begin.
  ///
  /// @throws IOException if it does not say so
  static long start(HttpHeaders headers) throws IOException {
    var range = FORM.matcher(headers.firstValue("content-range").orElse(""));
    if (!range.matches()) {
      throw new IOException("the answer is a part, and does not say which");
    }
    return Long.parseLong(range.group(1));
  }
}
