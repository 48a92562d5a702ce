package io.inkstream.engine.forecast;

import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// A request's `forecast` as parsed JSON: `{"policy": "guarded", "share": 0.5}`, the share alone,
/// or whether there is one at all.
///
/// @param enable what the field says of that; empty if it is absent or null
public record ForecastFields(Optional<Boolean> enable, ForecastParams params) {
  static final String POLICY = "policy";
  static final String SHARE = "share";
  static final String TOLERANCE = "tolerance";

  private static final String FORMER = "adaptive";

  /// The field is absent.
  public static final ForecastFields NONE =
      new ForecastFields(Optional.empty(), ForecastParams.NONE);

  private static final Set<String> KEYS = new TreeSet<>(Set.of(POLICY, SHARE, TOLERANCE));
  private static final String ALLOWED =
      "an object such as {\"policy\": \"guarded\", \"share\": 0.5}, a share of the steps, true or"
          + " false";

  /// @param json null, a boolean, a number, or a map of strings to such
  /// @throws InvalidForecastException if it is something else, or a value is not allowed
  public static ForecastFields of(Object json) {
    return switch (json) {
      case Boolean enable -> new ForecastFields(Optional.of(enable), ForecastParams.NONE);
      case Number share -> enabled(ForecastParams.ofShare(share.doubleValue()));
      case Map<?, ?> map -> enabled(params(map));
      default -> throw new InvalidForecastException("", shown(json), ALLOWED);
    };
  }

  private static ForecastFields enabled(ForecastParams params) {
    return new ForecastFields(Optional.of(true), params);
  }

  private static ForecastParams params(Map<?, ?> map) {
    for (Object key : map.keySet()) {
      if (!KEYS.contains(String.valueOf(key))) {
        throw new InvalidForecastException("key", shown(key), "one of " + KEYS);
      }
    }
    return ForecastParams.together(
        field(map, POLICY, ForecastFields::policy),
        field(map, SHARE, value -> number(SHARE, value)),
        field(map, TOLERANCE, value -> number(TOLERANCE, value)));
  }

  private static <T> Optional<T> field(Map<?, ?> map, String key, Function<Object, T> read) {
    return Optional.<Object>ofNullable(map.get(key)).map(read);
  }

  /// The policy of that name.
  ///
  /// @throws InvalidForecastException if there is none
  public static Kind policy(Object name) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new InvalidForecastException(POLICY, shown(name), allowed(name)));
  }

  private static String allowed(Object name) {
    String all = "one of " + Arrays.toString(Kind.values());
    return name.equals(FORMER)
        ? all + ": guarded does what it did, with a tolerance of its own"
        : all;
  }

  private static double number(String key, Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new InvalidForecastException(key, shown(value), "a number");
  }

  private static String shown(Object value) {
    String text = value instanceof CharSequence ? "'" + value + "'" : String.valueOf(value);
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
