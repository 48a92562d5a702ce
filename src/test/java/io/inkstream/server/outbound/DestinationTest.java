package io.inkstream.server.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {
  @Test
  void aUrlSaysWhereToAskAndAsWhat() {
    var to = Destination.parse("https://hooks.example.org/a?b=c");

    assertThat(to.host()).isEqualTo("hooks.example.org");
    assertThat(to.port()).isEqualTo(443);
    assertThat(to.authority()).isEqualTo("hooks.example.org");
    assertThat(to.pathAndQuery()).isEqualTo("/a?b=c");
    assertThat(to).hasToString("https://hooks.example.org");
  }

  @Test
  void anAddressOfIpv6LosesItsBracketsWhereItIsLookedUp() {
    var to = Destination.parse("http://[::1]:8080");

    assertThat(to.host()).isEqualTo("::1");
    assertThat(to.authority()).isEqualTo("[::1]:8080");
    assertThat(to.pathAndQuery()).isEqualTo("/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hooks.example.org",
        "/a",
        "ftp://a.example/",
        "file:///etc/passwd",
        "https://user:word@a.example/",
        "https://a.example/#b",
        "https:///a",
        "http://a.example:0/",
        "http://a.example:99999/",
        "http://a b/"
      })
  void whatIsNoUrlToAskIsRefused(String text) {
    assertThatThrownBy(() -> Destination.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
