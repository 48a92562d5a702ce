package io.inkstream.server.deferred;

import io.inkstream.server.http.ApiException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the header `Prefer` says (RFC 7240): `wait=N`; other preferences are none of ours.
///
/// @param waiting what to wait for the end of a job; zero: nothing
/// @param header `Preference-Applied` of the answer
record Preference(Duration waiting, Optional<String> header) {
  private static final Pattern WAIT = Pattern.compile("(?i)\\s*wait\\s*=\\s*\"?([^\"]*)\"?\\s*");
  private static final int LONGEST = 600;

  /// @throws ApiException if it says to wait, but not for how long
  static Preference of(@Nullable String header) {
    for (String one : (header == null ? "" : header).split("[,;]")) {
      var wait = WAIT.matcher(one);
      if (wait.matches()) {
        int seconds = Math.min(LONGEST, seconds(wait.group(1)));
        return new Preference(Duration.ofSeconds(seconds), Optional.of("wait=" + seconds));
      }
    }
    return new Preference(Duration.ZERO, Optional.empty());
  }

  private static int seconds(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw ApiException.badRequest(
          "Prefer", "Prefer says wait=" + text + ", must be a whole number of seconds");
    }
    return Integer.parseInt(text);
  }
}
