package io.inkstream.cli.commands;

import java.io.IOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints; the build writes the numbers.
final class InkstreamVersion implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties numbers = read();
    return new String[] {
      "Inkstream " + numbers.getProperty("inkstream"),
      "ONNX Runtime " + numbers.getProperty("onnxruntime"),
      "Java " + Runtime.version()
    };
  }

  /// The program's own version.
  static String number() throws IOException {
    return read().getProperty("inkstream");
  }

  private static Properties read() throws IOException {
    Properties numbers = new Properties();
    try (var file = InkstreamVersion.class.getResourceAsStream("version.properties")) {
      if (file == null) {
        throw new IOException("version.properties is missing from the program");
      }
      numbers.load(file);
    }
    return numbers;
  }
}
