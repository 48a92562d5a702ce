package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.request.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureNamesTest {
  @TempDir private Path folder;

  @Test
  void onePictureHasExactlyTheGivenName() {
    assertThat(names(folder.resolve("apple.png"), 1).of(0, "x", 1).path())
        .isEqualTo(folder.resolve("apple.png"));
  }

  @ParameterizedTest
  @CsvSource({"apple.png,apple_3.png", "apple,apple_3", "a.b.png,a.b_3.png", ".png,.png_3"})
  void severalPicturesAreNumberedBeforeTheExtension(String given, String numbered) {
    assertThat(names(folder.resolve(given), 5).of(3, "x", 1).path())
        .isEqualTo(folder.resolve(numbered));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          a red apple, a-red-apple-42.png
          ../../etc/passwd, etc-passwd-42.png
          Ein Bär!  (klein), ein-bär-klein-42.png
          一个苹果, 一个苹果-42.png
          '!?', picture-42.png
          '', picture-42.png
          """)
  void unnamedPicturesAreNamedAfterPromptAndSeed(String prompt, String name) {
    assertThat(names(null, 1).of(0, prompt, 42).path()).isEqualTo(folder.resolve(name));
  }

  @Test
  void longPromptsMakeNamesThatFileSystemsTake() {
    String name = names(null, 1).of(0, "word ".repeat(1000), Long.MIN_VALUE).path().toString();

    assertThat(Path.of(name).getFileName().toString()).hasSizeLessThan(100);
  }

  @Test
  void existingFilesThatWereNotNamedAreKept() throws IOException {
    var file = names(null, 1).of(0, "apple", 1);

    assertThat(file.write(new byte[] {1})).isEqualTo(folder.resolve("apple-1.png"));
    assertThat(file.write(new byte[] {2})).isEqualTo(folder.resolve("apple-1_2.png"));
    assertThat(file.write(new byte[] {3})).isEqualTo(folder.resolve("apple-1_3.png"));

    assertThat(folder.resolve("apple-1.png")).hasBinaryContent(new byte[] {1});
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void namedFilesGiveWayAndLinksStayLinks() throws IOException {
    Path target = Files.write(folder.resolve("target.png"), new byte[] {1});
    Path link = Files.createSymbolicLink(folder.resolve("link.png"), target);

    names(link, 1).of(0, "x", 1).write(new byte[] {2});

    assertThat(link).isSymbolicLink();
    assertThat(target).hasBinaryContent(new byte[] {2});
  }

  @Test
  void aFolderIsMadeBeforeTheWork() throws IOException {
    Path file = folder.resolve("new/deep/apple.png");

    names(file, 1).prepare();

    assertThat(file.getParent()).isEmptyDirectory();
  }

  @Test
  void whatIsNoFileIsNotReplaced() {
    assertThatThrownBy(() -> names(folder, 1).prepare())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("output is " + folder + ", must be a file");
  }

  private PictureNames names(@Nullable Path file, int pictures) {
    return new PictureNames(folder, file, pictures, "png");
  }
}
