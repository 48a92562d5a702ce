package io.inkstream.cli.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.image.ImageFormatException;
import io.inkstream.engine.image.PngText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The settings that a PNG file keeps, or why there are none to show.
sealed interface PictureSettings {
  String PARAMETERS = "parameters";
  String SETTINGS = "inkstream";

  /// There are settings.
  ///
  /// @param texts `parameters`, `inkstream`, or both
  record Found(Map<String, String> texts, JsonNode settings) implements PictureSettings {
    String text() {
      List<String> paragraphs = new ArrayList<>();
      if (texts.containsKey(PARAMETERS)) {
        paragraphs.add(Report.printable(texts.get(PARAMETERS)));
      }
      if (!settings.isEmpty()) {
        paragraphs.add(Report.pretty(settings));
      }
      return String.join(System.lineSeparator().repeat(2), paragraphs);
    }

    String json() {
      ObjectNode all = JsonNodeFactory.instance.objectNode();
      if (texts.containsKey(PARAMETERS)) {
        all.put(PARAMETERS, texts.get(PARAMETERS));
      }
      if (!settings.isEmpty()) {
        all.set(SETTINGS, settings);
      }
      return Report.pretty(all);
    }
  }

  /// There are none to show.
  ///
  /// @param line names the file and what is wrong with it
  record Failed(String line) implements PictureSettings {}

  static PictureSettings read(Path file) {
    try {
      return of(file, PngText.read(file));
    } catch (ImageFormatException e) {
      return failed(file, e.getMessage() + "");
    } catch (JsonProcessingException e) {
      return failed(file, "its text \"" + SETTINGS + "\" is not valid JSON");
    } catch (NoSuchFileException e) {
      return failed(file, "does not exist");
    } catch (AccessDeniedException e) {
      return failed(file, "cannot be read: access denied");
    } catch (IOException e) {
      return failed(file, "cannot be read: " + e.getMessage());
    }
  }

  private static PictureSettings of(Path file, Map<String, String> texts) throws IOException {
    if (!texts.containsKey(PARAMETERS) && !texts.containsKey(SETTINGS)) {
      return failed(file, "keeps no settings: it was not drawn by Inkstream, or saved anew since");
    }
    return new Found(texts, Report.parse(texts.getOrDefault(SETTINGS, "{}")));
  }

  private static Failed failed(Path file, String why) {
    return new Failed(Report.printable(file + ": " + why).replace("\n", " "));
  }
}
