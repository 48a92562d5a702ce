package io.inkstream.server.config;

/// The model under the names that requests may give it.
///
/// @param name in answers
/// @param path as the server was told
/// @param checked whether requests for another model are refused
public record ServedModel(String name, String path, boolean checked) {
  /// Whether a request for `model` is served.
  public boolean serves(String model) {
    return !checked || answersTo(model);
  }

  /// Whether a request for `model` means this one: its name, its path, or the path's last part.
  public boolean answersTo(String model) {
    return model.equals(name) || model.equals(path) || model.equals(lastPart(path));
  }

  /// `Qwen-Image` of `Qwen/Qwen-Image` or `/models/Qwen-Image/`.
  static String lastPart(String path) {
    String trimmed = path.replaceAll("[/\\\\]+$", "");
    return trimmed.substring(Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\')) + 1);
  }
}
