package io.inkstream;

import java.nio.file.Path;

/// Where the program lies when it is a native executable: `bin/inkstream`, with `lib` and `models`
/// beside `bin`. On the JVM the launcher says it.
final class Installation {
  private static final String IMAGE_CODE = "org.graalvm.nativeimage.imagecode";

  private Installation() {}

  /// Tells ONNX Runtime and the model's default place where to look, unless somebody did already.
  static void announce() {
    if (System.getProperty(IMAGE_CODE) == null) {
      return;
    }
    ProcessHandle.current().info().command().map(Path::of).ifPresent(Installation::announce);
  }

  private static void announce(Path executable) {
    Path bin = executable.getParent();
    Path home = bin == null || bin.getParent() == null ? Path.of("") : bin.getParent();
    setDefault("inkstream.home", home);
    setDefault("onnxruntime.native.path", home.resolve("lib"));
  }

  private static void setDefault(String property, Path value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value.toString());
    }
  }
}
