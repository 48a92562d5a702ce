package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessSettingsTest {
  @TempDir private Path folder;

  @Test
  void nothingGivenIsOpenToAllButOtherOriginsAndSilentAboutPrompts() {
    AccessSettings settings = access(null, null, null, null);

    assertThat(settings.apiKeys()).isEmpty();
    assertThat(settings.corsOrigins()).isEmpty();
    assertThat(settings.logPrompts()).isFalse();
  }

  @Test
  void keysComeFromTheSettingAndFromAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("keys"), "three\n\n  four \n");

    assertThat(access("one, two,", file.toString(), null, null).apiKeys())
        .containsExactly("one", "two", "three", "four");
  }

  @Test
  void noMessageShowsAKey() {
    assertThatThrownBy(() -> access("sec ret", null, null, null))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("inkstream.api-key (INKSTREAM_API_KEY) has a key that is not")
        .hasMessageNotContaining("sec ret");
    assertThat(access("secret", null, null, null).toString()).doesNotContain("secret");
  }

  @Test
  void aFileWithoutKeysStopsTheStartRatherThanLettingEverybodyIn() throws IOException {
    Path empty = Files.writeString(folder.resolve("keys"), "\n");

    assertThatThrownBy(() -> access(null, empty.toString(), null, null))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("holds no key");
    assertThatThrownBy(() -> access(null, folder.resolve("none").toString(), null, null))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("INKSTREAM_API_KEY_FILE")
        .hasMessageContaining("cannot be read");
  }

  @Test
  void originsAreListed() {
    assertThat(access(null, null, "https://a.example, http://localhost:5173", "yes"))
        .isEqualTo(
            new AccessSettings(
                List.of(),
                List.of("https://a.example", "http://localhost:5173"),
                AllowedHosts.of("127.0.0.1"),
                true));
    assertThat(access(null, null, "*", null).corsOrigins()).containsExactly("*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.example", "https://a.example/", "https://", "https://a b", "//a"})
  void whatIsNoOriginStopsTheStart(String origin) {
    assertThatThrownBy(() -> access(null, null, origin, null))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("INKSTREAM_CORS_ORIGINS");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost,true",
    "LocalHost,true",
    "studio.localhost,true",
    "127.0.0.1,true",
    "127.3.2.1,true",
    "[::1],true",
    "evil.example,false",
    "localhost.evil.example,false",
    "127.evil.example,false",
    "192.168.0.7,false"
  })
  void onTheLoopbackOnlyItsNamesAreAllowed(String host, boolean allowed) {
    assertThat(access(null, null, null, null).hosts().allow(host)).isEqualTo(allowed);
  }

  @Test
  void onEveryAddressAnyNameIsAllowedUnlessSomeAreNamed() {
    var everywhere = Map.of("quarkus.http.host", "0.0.0.0");
    var named = new HashMap<>(everywhere);
    named.put("inkstream.allowed-hosts", "images.example.org, *.Example.net, [fe80::1]");

    AllowedHosts any = AccessSettings.from(Given.properties(everywhere)).hosts();
    AllowedHosts some = AccessSettings.from(Given.properties(named)).hosts();

    assertThat(List.of("evil.example", "localhost")).allMatch(any::allow);
    assertThat(List.of("images.example.org", "a.example.net", "A.B.example.net", "[fe80::1]"))
        .allMatch(some::allow);
    assertThat(List.of("example.net", "example.org", "localhost", "badexample.net"))
        .noneMatch(some::allow);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://a.example", "a.example:80", "a b", "*a.example", ","})
  void whatIsNoHostStopsTheStart(String host) {
    assertThatThrownBy(
            () -> AccessSettings.from(Given.properties(Map.of("inkstream.allowed-hosts", host))))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("INKSTREAM_ALLOWED_HOSTS");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "17,17", "2k,2048", "500M,524288000", "1G,1073741824", "1gb,1073741824"})
  void sizesHaveUnits(String text, long bytes) {
    assertThat(output(text, null).maxBytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"90,90", "90s,90", "30m,1800", "24h,86400", "7D,604800"})
  void timesHaveUnits(String text, long seconds) {
    assertThat(output(null, text).maxAge()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5G", "G", "1234567T", "9999999999999999"})
  void whatIsNoSizeStopsTheStart(String text) {
    assertThatThrownBy(() -> output(text, null))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("INKSTREAM_OUTPUT_MAX_SIZE")
        .hasMessageContaining(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1h", "1w", "soon"})
  void whatIsNoTimeStopsTheStart(String text) {
    assertThatThrownBy(() -> output(null, text))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("INKSTREAM_OUTPUT_MAX_AGE");
  }

  @Test
  void picturesAreKeptForADayWithinAGigabyte() {
    assertThat(output(null, null))
        .isEqualTo(new OutputSettings(Optional.empty(), 1L << 30, Duration.ofDays(1)));
  }

  private static OutputSettings output(@Nullable String size, @Nullable String age) {
    return OutputSettings.from(given("output-max-size", size, "output-max-age", age));
  }

  private static AccessSettings access(
      @Nullable String keys,
      @Nullable String file,
      @Nullable String origins,
      @Nullable String prompts) {
    return AccessSettings.from(
        given(
            "api-key",
            keys,
            "api-key-file",
            file,
            "cors-origins",
            origins,
            "log-prompts",
            prompts));
  }

  private static SettingValues given(@Nullable String... namesAndTexts) {
    Map<String, String> properties = new HashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      if (namesAndTexts[i + 1] != null) {
        properties.put("inkstream." + namesAndTexts[i], namesAndTexts[i + 1]);
      }
    }
    return Given.properties(properties);
  }
}
