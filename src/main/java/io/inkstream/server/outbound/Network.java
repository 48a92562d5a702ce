package io.inkstream.server.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/// Addresses that begin alike, `10.0.0.0/8`.
///
/// @param start whose first `bits` all of them have
@SuppressWarnings("ArrayRecordComponent") // never compared
record Network(byte[] start, int bits) {
  // Nothing that would be looked up.
  private static final Pattern LITERAL =
      Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /// An address, with or without a number of bits.
  ///
  /// @throws IllegalArgumentException if it is none
  static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] start = address(slash < 0 ? text : text.substring(0, slash)).getAddress();
    int all = 8 * start.length;
    int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
    if (bits < 0 || bits > all) {
      throw new IllegalArgumentException();
    }
    return new Network(start, bits);
  }

  private static InetAddress address(String text) {
    if (!LITERAL.matcher(text).matches()) {
      throw new IllegalArgumentException();
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  boolean has(byte[] address) {
    if (address.length != start.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if (((address[bit / 8] ^ start[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
