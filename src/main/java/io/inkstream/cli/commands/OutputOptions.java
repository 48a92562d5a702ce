package io.inkstream.cli.commands;

import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.order.Field;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the pictures go, and as what.
final class OutputOptions {
  @Option(
      names = {"-o", "--output", "--output-file-path"},
      paramLabel = "FILE",
      description =
          "The picture's file, in the format that its end names; several pictures become FILE_0,"
              + " FILE_1, …")
  private @Nullable Path output;

  @Option(
      names = "--output-path",
      paramLabel = "DIR",
      description = "Folder of the pictures. Default: outputs.")
  private @Nullable Path outputPath;

  @Option(
      names = "--output-file-name",
      paramLabel = "NAME",
      description =
          "The file's name in that folder. Default: from prompt and seed, a-red-apple-42.png;"
              + " a number is added rather than overwrite a file.")
  private @Nullable String outputFileName;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress; the files' names alone.")
  private boolean quiet;

  boolean quiet() {
    return quiet;
  }

  /// The names for so many pictures.
  PictureNames names(int pictures, ImageFormat format) {
    if (output != null && (outputPath != null || outputFileName != null)) {
      throw new InvalidRequestException(
          "output", "output is " + output + ", cannot go with --output-path or --output-file-name");
    }
    Path folder = outputPath == null ? Path.of("outputs") : outputPath;
    return new PictureNames(folder, named(folder, format), pictures, format.extension());
  }

  /// The file that the user named, if any; `--output-file-name` gets the extension it lacks.
  private @Nullable Path named(Path folder, ImageFormat format) {
    if (outputFileName == null) {
      return output;
    }
    String end = ImageFormat.find(extension()).isPresent() ? "" : "." + format.extension();
    return folder.resolve(outputFileName + end);
  }

  /// As the option says, or the file's name.
  ///
  /// @param option what `--output-format` says
  ImageFormat format(Optional<String> option) {
    Optional<ImageFormat> fromName = ImageFormat.find(extension());
    if (option.isPresent()) {
      return asked(option.get(), fromName);
    }
    if (fromName.isEmpty() && output != null && !extension().isEmpty()) {
      throw new InvalidRequestException(
          "output",
          "output is " + output + ", must end in " + endings() + ", or give --output-format");
    }
    return fromName.orElse(ImageFormat.PNG);
  }

  private ImageFormat asked(String option, Optional<ImageFormat> fromName) {
    ImageFormat asked = named(option);
    if (fromName.isPresent() && fromName.get() != asked) {
      throw Field.OUTPUT_FORMAT.refused(
          "'" + option + "'", "that of the file's name, " + fileName());
    }
    return asked;
  }

  private String fileName() {
    return output != null ? output.toString() : Objects.requireNonNullElse(outputFileName, "");
  }

  private String extension() {
    return PictureNames.extension(fileName()).toLowerCase(Locale.ROOT);
  }

  private static ImageFormat named(String format) {
    return ImageFormat.find(format)
        .orElseThrow(() -> Field.OUTPUT_FORMAT.refused("'" + format + "'", or(ImageFormat::word)));
  }

  private static String endings() {
    return or(format -> "." + format.extension());
  }

  /// `png, jpeg or webp`.
  private static String or(Function<ImageFormat, String> name) {
    List<String> all = Arrays.stream(ImageFormat.values()).map(name).toList();
    int last = all.size() - 1;
    return String.join(", ", all.subList(0, last)) + " or " + all.get(last);
  }
}
