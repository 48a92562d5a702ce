package io.inkstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parts of the documents that the code says already. A part stands between `<!-- begin NAME -->`
/// and `<!-- end NAME -->`; a test asks that it is what the code gives. `-Ddocs.write=true` writes
/// it there.
public final class Documents {
  private static final boolean WRITE = Boolean.getBoolean("docs.write");

  private Documents() {}

  /// Asks that a part of a document is this text.
  public static void assertPart(Path document, String name, String expected) {
    String text = read(document);
    Matcher part = part(document, name, text);
    String wanted = expected.strip();
    if (WRITE && !part.group(2).strip().equals(wanted)) {
      write(document, part.replaceFirst("$1\n" + Matcher.quoteReplacement(wanted) + "\n$3"));
      return;
    }
    assertThat(part.group(2).strip())
        .as("%s, part '%s': ./inkstream test -Ddocs.write=true writes it anew", document, name)
        .isEqualTo(wanted);
  }

  /// Asks that a whole file is this text.
  public static void assertFile(Path file, String expected) {
    if (WRITE) {
      write(file, expected);
      return;
    }
    assertThat(read(file))
        .as("%s: ./inkstream test -Ddocs.write=true writes it anew", file)
        .isEqualTo(expected);
  }

  /// What stands in a part of a document.
  public static String part(Path document, String name) {
    return part(document, name, read(document)).group(2).strip();
  }

  private static Matcher part(Path document, String name, String text) {
    String begin = Pattern.quote("<!-- begin " + name + " -->");
    String end = Pattern.quote("<!-- end " + name + " -->");
    Matcher part =
        Pattern.compile("(" + begin + ")(.*?)(" + end + ")", Pattern.DOTALL).matcher(text);
    assertThat(part.find()).as("%s has a part '%s'", document, name).isTrue();
    return part;
  }

  private static String read(Path document) {
    try {
      return Files.readString(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path document, String text) {
    try {
      Files.writeString(document, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
