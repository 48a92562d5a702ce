package io.inkstream.cli.commands;

import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.pipeline.InvalidRequestException;
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
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The picture's file; several pictures become FILE_0, FILE_1, …")
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
      names = "--output-format",
      paramLabel = "FORMAT",
      description = "png, jpeg or webp. Default: as the file's name ends, else png.")
  private @Nullable String outputFormat;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress; the files' names alone.")
  private boolean quiet;

  boolean quiet() {
    return quiet;
  }

  /// The names for so many pictures.
  PictureNames names(int pictures) {
    if (output != null && (outputPath != null || outputFileName != null)) {
      throw new InvalidRequestException(
          "output", "output is " + output + ", cannot go with --output-path or --output-file-name");
    }
    Path folder = outputPath == null ? Path.of("outputs") : outputPath;
    return new PictureNames(folder, named(folder), pictures, format().extension());
  }

  /// The file that the user named, if any; `--output-file-name` gets the extension it lacks.
  private @Nullable Path named(Path folder) {
    if (outputFileName == null) {
      return output;
    }
    String end = formatOfName().isPresent() ? "" : "." + format().extension();
    return folder.resolve(outputFileName + end);
  }

  /// As the option says, or the file's name.
  ImageFormat format() {
    Optional<ImageFormat> fromName = formatOfName();
    if (outputFormat == null) {
      return fromName.orElse(ImageFormat.PNG);
    }
    ImageFormat asked = named(outputFormat);
    if (fromName.isPresent() && fromName.get() != asked) {
      throw new InvalidRequestException(
          "output_format",
          "output_format is '"
              + outputFormat
              + "', must be that of the file's name, "
              + fileName());
    }
    return asked;
  }

  private String fileName() {
    return output != null ? output.toString() : Objects.requireNonNullElse(outputFileName, "");
  }

  /// The format that the file's extension names; of `--output-file-name`, which needs none, only if
  /// it is one of a picture.
  private Optional<ImageFormat> formatOfName() {
    String extension = PictureNames.extension(fileName()).toLowerCase(Locale.ROOT);
    Optional<ImageFormat> format = ImageFormat.find(extension);
    if (format.isEmpty() && output != null && outputFormat == null && !extension.isEmpty()) {
      throw new InvalidRequestException(
          "output",
          "output is " + output + ", must end in " + endings() + ", or give --output-format");
    }
    return format;
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
