package io.inkstream.server.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedNetworksTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "224.0.0.1",
        "239.255.255.255",
        "ff02::1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1"
      })
  void whatIsNotExternalIsNotAllowedUnlessASettingSaysSo(String address)
      throws UnknownHostException {
    assertThat(AllowedNetworks.parse(AllowedNetworks.DEFAULT).allow(InetAddress.getByName(address)))
        .isFalse();
  }

  @Test
  void anAddressOfIpv4InOneOfIpv6IsSeenThrough() throws UnknownHostException {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};

    assertThat(Reach.of(mapped)).isEqualTo(Reach.LOOPBACK);
    // Java's own reading of such an address, and one that keeps its sixteen bytes.
    assertThat(Inet6Address.getByAddress("mapped", mapped, -1).getAddress()).hasSize(16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111"})
  void othersAddressesAreAllowed(String address) throws UnknownHostException {
    assertThat(AllowedNetworks.parse(AllowedNetworks.DEFAULT).allow(InetAddress.getByName(address)))
        .isTrue();
  }

  @Test
  void wordsAndNetworksAllowMore() throws UnknownHostException {
    var allowed = AllowedNetworks.parse("loopback, 10.1.0.0/16,fd00::/8");

    assertThat(allowed.allow(InetAddress.getByName("127.0.0.1"))).isTrue();
    assertThat(allowed.allow(InetAddress.getByName("10.1.255.1"))).isTrue();
    assertThat(allowed.allow(InetAddress.getByName("fd00::7"))).isTrue();
    assertThat(allowed.allow(InetAddress.getByName("10.2.0.1"))).isFalse();
    assertThat(allowed.allow(InetAddress.getByName("8.8.8.8"))).isFalse();
  }

  @Test
  void allThreeWordsDoNotAllowLinkLocalAddresses() throws UnknownHostException {
    var allowed = AllowedNetworks.parse("*");

    assertThat(allowed.allow(InetAddress.getByName("192.168.0.1"))).isTrue();
    assertThat(allowed.allow(InetAddress.getByName("169.254.169.254"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "internal", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x"})
  void whatIsNeitherAWordNorANetworkIsRefused(String text) {
    assertThatThrownBy(() -> AllowedNetworks.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
