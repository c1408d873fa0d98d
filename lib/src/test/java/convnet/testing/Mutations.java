package convnet.testing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Damaged copies of a file, each in one to three of the ways in which files are damaged. */
public final class Mutations {
  private static final int[] EXTREME = {
    0, 1, -1, 255, 65535, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 16, 1 << 24, 0x7fffff00
  };

  private final Random random;

  public Mutations(long seed) {
    random = new Random(seed);
  }

  /** A damaged copy; never the same bytes as the whole. */
  public byte[] of(byte[] whole) {
    byte[] bytes;
    do {
      bytes = whole;
      for (int times = 1 + random.nextInt(3); times > 0 && bytes.length > 0; times--) {
        bytes = once(bytes);
      }
    } while (Arrays.equals(bytes, whole));
    return bytes;
  }

  private byte[] once(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(16, bytes.length - at));
    byte[] changed = bytes.clone();
    switch (random.nextInt(7)) {
      case 0: // cut off
        return Arrays.copyOf(bytes, at);
      case 1: // one bit
        changed[at] ^= (byte) (1 << random.nextInt(8));
        return changed;
      case 2: // a number as large, as small or as negative as can be, often in the header
        int place = random.nextBoolean() ? at : random.nextInt(Math.min(24, bytes.length));
        if (place + 4 <= bytes.length) {
          ByteBuffer.wrap(changed).putInt(place, EXTREME[random.nextInt(EXTREME.length)]);
        }
        return changed;
      case 3: // overwritten
        for (int i = at; i < at + length; i++) {
          changed[i] = (byte) random.nextInt();
        }
        return changed;
      case 4: // a piece missing
        return spliced(bytes, at, at + length, new byte[0]);
      case 5: // a piece twice
        return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      default: // something added
        byte[] added = new byte[length];
        random.nextBytes(added);
        return spliced(bytes, random.nextBoolean() ? at : bytes.length, bytes.length, added);
    }
  }

  /** The bytes before from, then added, then those from to on. */
  private static byte[] spliced(byte[] bytes, int from, int to, byte[] added) {
    return ByteBuffer.allocate(from + added.length + bytes.length - to)
        .put(bytes, 0, from)
        .put(added)
        .put(bytes, to, bytes.length - to)
        .array();
  }
}
