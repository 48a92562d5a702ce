package io.inkstream.engine.image;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/// A canonical prefix code (specification, 5.2.1 and 6.2.1).
///
/// @param lengths bits of each symbol's code, 0 where it does not occur
/// @param codes first bit lowest; a code of one symbol takes no bits
@SuppressWarnings("ArrayRecordComponent") // never compared
record Vp8lPrefixCode(int[] lengths, int[] codes, int used) {
  static final int MAX_LENGTH = 15;

  /// The shortest code for symbols that occur so often, up to a length.
  static Vp8lPrefixCode of(int[] counts, int maxLength) {
    int[] lengths = huffman(counts, 0);
    // Rare symbols are counted as less rare until the tree is flat enough.
    for (int floor = 2; Arrays.stream(lengths).max().orElse(0) > maxLength; floor *= 2) {
      lengths = huffman(counts, floor);
    }
    int used = (int) Arrays.stream(lengths).filter(length -> length > 0).count();
    return new Vp8lPrefixCode(lengths, canonical(lengths, maxLength), used);
  }

  void write(int symbol, Vp8lBits out) {
    if (used > 1) {
      out.put(codes[symbol], lengths[symbol]);
    }
  }

  /// Writes the code itself.
  void writeCode(Vp8lBits out) {
    int[] symbols = symbols();
    boolean simple = symbols.length <= 2 && Arrays.stream(symbols).allMatch(s -> s < 256);
    out.put(simple ? 1 : 0, 1);
    if (simple) {
      writeSimple(symbols, out);
    } else {
      Vp8lCodeLengths.of(lengths).write(out);
    }
  }

  private static void writeSimple(int[] symbols, Vp8lBits out) {
    int first = symbols.length == 0 ? 0 : symbols[0];
    out.put(Math.max(1, symbols.length) - 1, 1);
    out.put(first > 1 ? 1 : 0, 1);
    out.put(first, first > 1 ? 8 : 1);
    if (symbols.length == 2) {
      out.put(symbols[1], 8);
    }
  }

  private int[] symbols() {
    int[] symbols = new int[used];
    int count = 0;
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] > 0) {
        symbols[count++] = symbol;
      }
    }
    return symbols;
  }

  private static int[] canonical(int[] lengths, int maxLength) {
    int[] codes = new int[lengths.length];
    int next = 0;
    for (int length = 1; length <= maxLength; length++, next <<= 1) {
      for (int symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] == length) {
          codes[symbol] = Integer.reverse(next++) >>> (Integer.SIZE - length);
        }
      }
    }
    return codes;
  }

  /// A node of the tree; `order` makes the result the same everywhere.
  private record Node(long weight, int order, int left, int right) {}

  private static int[] huffman(int[] counts, int floor) {
    Node[] nodes = new Node[2 * counts.length];
    Comparator<Node> lightest =
        Comparator.comparingLong(Node::weight).thenComparingInt(Node::order);
    PriorityQueue<Node> queue = new PriorityQueue<>(lightest);
    for (int symbol = 0; symbol < counts.length; symbol++) {
      if (counts[symbol] > 0) {
        queue.add(new Node(Math.max(counts[symbol], floor), symbol, -1, -1));
      }
    }
    int[] depths = new int[nodes.length];
    if (queue.size() == 1) {
      depths[queue.element().order()] = 1;
      return Arrays.copyOf(depths, counts.length);
    }
    int last = counts.length;
    while (queue.size() > 1) {
      Node lighter = queue.remove();
      Node heavier = queue.remove();
      long weight = lighter.weight() + heavier.weight();
      int left = lighter.order();
      int right = heavier.order();
      nodes[last] = new Node(weight, last, left, right);
      queue.add(nodes[last++]);
    }
    for (int i = last - 1; i >= counts.length; i--) {
      depths[nodes[i].left()] = depths[i] + 1;
      depths[nodes[i].right()] = depths[i] + 1;
    }
    return Arrays.copyOf(depths, counts.length);
  }
}
