using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The steps that masked trees have in common on 256 bits; they need <see cref="Avx2"/>.</summary>
internal static class MaskedLeavesVector256
{
    private const int WordBits = 32;

    /// <summary>The leaves that remain behind a branch.</summary>
    /// <param name="remaining">Those before it.</param>
    /// <param name="feature">The features.</param>
    /// <param name="bound">The bounds.</param>
    /// <param name="mask">The leaves that remain where the branch leads to the right.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Keep(Vector256<float> remaining, Vector256<float> feature, Vector256<float> bound, Vector256<float> mask) =>
        remaining & (Avx.CompareGreaterThanOrEqual(bound, feature) | mask);

    /// <summary>The same with other masks where the feature is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Keep(Vector256<float> remaining, Vector256<float> feature, Vector256<float> bound, Vector256<float> mask, Vector256<float> nanMask) =>
        Keep(remaining, feature, bound, Avx.BlendVariable(mask, nanMask, Avx.CompareUnordered(feature, feature)));

    /// <summary>The numbers of the first leaves that remain, 32 where none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> First(Vector256<float> remaining)
    {
        // The exponent of a number is the place of its highest bit. Without the bit behind that one no conversion rounds up to the next power of two.
        Vector256<int> bits = remaining.AsInt32();
        Vector256<int> exponent = Vector256.ConvertToSingle(Vector256.AndNot(bits, bits >>> 1)).AsInt32() >>> 23;
        Vector256<int> number = Vector256.Min(Vector256.Create(127 + WordBits - 1) - exponent, Vector256.Create(WordBits));

        // The highest bit of all is a sign.
        return Vector256.AndNot(number, bits >> (WordBits - 1));
    }

    /// <summary>The numbers of the first leaves of two words that remain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> First(Vector256<float> remaining, Vector256<float> remainingOfSecond)
    {
        Vector256<int> number = First(remaining);
        return number + (First(remainingOfSecond) & Vector256.Equals(number, Vector256.Create(WordBits)));
    }
}
