namespace ModelBuild.Compiler.Ops.RandomNumbers;

/// <summary>
/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011): four words of 32 bits for every counter of 128 bits and key of 64.
/// </summary>
internal static class Philox
{
    private const int Rounds = 10;
    private const uint FirstMultiplier = 0xD2511F53;
    private const uint SecondMultiplier = 0xCD9E8D57;
    private const uint FirstWeyl = 0x9E3779B9;
    private const uint SecondWeyl = 0xBB67AE85;

    /// <summary>The words of one counter.</summary>
    public static (uint A, uint B, uint C, uint D) Block((uint A, uint B, uint C, uint D) counter, (uint A, uint B) key)
    {
        (uint a, uint b, uint c, uint d) = counter;
        (uint k, uint l) = key;
        for (int round = 0; round < Rounds; round++)
        {
            ulong first = (ulong)FirstMultiplier * a;
            ulong second = (ulong)SecondMultiplier * c;
            (a, b, c, d) = ((uint)(second >> 32) ^ b ^ k, (uint)second, (uint)(first >> 32) ^ d ^ l, (uint)first);
            k = unchecked(k + FirstWeyl);
            l = unchecked(l + SecondWeyl);
        }

        return (a, b, c, d);
    }

    /// <summary>The first words of a seed: the key is the seed's bits and 0, the counter counts blocks of four words from 0.</summary>
    public static uint[] Words(float seed, int count)
    {
        uint[] words = new uint[(count + 3) / 4 * 4];
        for (int i = 0; i < words.Length; i += 4)
        {
            (words[i], words[i + 1], words[i + 2], words[i + 3]) = Block(((uint)(i / 4), 0, 0, 0), (BitConverter.SingleToUInt32Bits(seed), 0));
        }

        return words;
    }
}
