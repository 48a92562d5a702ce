package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.decoder.DecoderLimits;
import io.inkstream.engine.decoder.PictureFile;
import io.inkstream.engine.image.ImageFormatException;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.InputLibrary;
import io.inkstream.server.order.InputReference;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The pictures to begin with: files, which a finished picture's text names without their folders.
final class InputOptions implements InputLibrary {
  @Option(
      names = {"--image-path", "--image-paths"},
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "A picture to draw anew (see --strength), or with a model of Qwen-Image-Edit to change as"
              + " the prompt says; later ones take up to 16. PNG, JPEG or WebP.")
  private List<Path> images = List.of();

  @Option(
      names = "--mask-path",
      paramLabel = "FILE",
      description = "Draw the picture anew only where this one says so (see --mask-mode).")
  private @Nullable Path mask;

  private final Map<String, Path> files = new LinkedHashMap<>();

  /// The fields of these, if there are any.
  ///
  /// @throws InvalidRequestException if a file is missing, none of a picture, or damaged
  void put(ObjectNode fields) {
    if (!images.isEmpty()) {
      ArrayNode list = fields.putArray(Field.IMAGES.wireName());
      images.forEach(image -> list.add(reference("image_path", image)));
    }
    if (mask != null) {
      fields.set(Field.MASK.wireName(), reference("mask_path", mask));
    }
  }

  private ObjectNode reference(String option, Path file) {
    try {
      return InputReference.of(named(file), PictureFile.open(file, limits())).toJson();
    } catch (NoSuchFileException e) {
      throw refused(option, file, "must be there");
    } catch (ImageFormatException | IOException e) {
      throw refused(option, file, String.valueOf(e.getMessage()));
    }
  }

  private static InvalidRequestException refused(String option, Path file, String why) {
    return new InvalidRequestException(option, "%s is %s, %s".formatted(option, file, why));
  }

  /// Its name without folders; with them where another file has that name.
  private String named(Path file) {
    String name = String.valueOf(file.getFileName());
    Path other = files.putIfAbsent(name, file);
    if (other == null || other.equals(file)) {
      return name;
    }
    files.put(file.toString(), file);
    return file.toString();
  }

  @Override
  public Path path(String id) {
    Path file = files.get(id);
    if (file == null) {
      throw new InvalidRequestException(
          "image", "image is %s, must be one of %s".formatted(id, files.keySet()));
    }
    return file;
  }

  @Override
  public DecoderLimits limits() {
    return DecoderLimits.DEFAULT;
  }
}
