package io.inkstream.server.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Settings that stand together in a command's help and in the documents, in their order.
public final class Group {
  private final String heading;
  private final List<Setting<?>> settings = new ArrayList<>();

  Group(String heading) {
    this.heading = heading;
  }

  /// Above them; empty: they are not shown.
  public String heading() {
    return heading;
  }

  public List<Setting<?>> settings() {
    return Collections.unmodifiableList(settings);
  }

  /// Begins an entry of the table.
  ///
  /// @param name of its flag, and of its property after `inkstream.`
  <T> Entry<T> entry(String name, Kind<T> kind) {
    return new Entry<>(name, kind, settings::add);
  }
}
