using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Scaled dot products of a row with one column of packed levels. Blocks have a power of 2 of at least 16 elements, so that vectors never cross one.</summary>
internal static unsafe class NBitsDot
{
    private const int LowHalf = 15;

    /// <summary>Sum over blocks of scale * dot(levels, row); the row holds the elements of low halves of each block first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Dot4(byte* packed, float* row, float* scale, int blocks, int blockLength)
    {
        int half = blockLength / 2;
        if (Avx512F.IsSupported && half % Vector512<float>.Count == 0)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int b = 0; b < blocks; b++, packed += half, row += blockLength)
            {
                Vector512<float> low = Vector512<float>.Zero;
                Vector512<float> high = Vector512<float>.Zero;
                for (int i = 0; i < half; i += Vector512<float>.Count)
                {
                    Vector512<int> bytes = Avx512F.ConvertToVector512Int32(Vector128.Load(packed + i));
                    low = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(bytes & Vector512.Create(LowHalf)), Vector512.Load(row + i), low);
                    high = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(bytes >>> 4), Vector512.Load(row + half + i), high);
                }

                sum = Vector512.FusedMultiplyAdd(low + high, Vector512.Create(scale[b]), sum);
            }

            return Vector512.Sum(sum);
        }

        if (Avx2.IsSupported)
        {
            Vector256<float> sum = Vector256<float>.Zero;
            for (int b = 0; b < blocks; b++, packed += half, row += blockLength)
            {
                Vector256<float> low = Vector256<float>.Zero;
                Vector256<float> high = Vector256<float>.Zero;
                for (int i = 0; i < half; i += Vector256<float>.Count)
                {
                    Vector256<int> bytes = Avx2.ConvertToVector256Int32(packed + i);
                    low = NativeMath.MultiplyAdd(Vector256.ConvertToSingle(bytes & Vector256.Create(LowHalf)), Vector256.Load(row + i), low);
                    high = NativeMath.MultiplyAdd(Vector256.ConvertToSingle(bytes >>> 4), Vector256.Load(row + half + i), high);
                }

                sum = NativeMath.MultiplyAdd(low + high, Vector256.Create(scale[b]), sum);
            }

            return Vector256.Sum(sum);
        }

        Vector128<float> total = Vector128<float>.Zero;
        for (int b = 0; b < blocks; b++, packed += half, row += blockLength)
        {
            Vector128<float> low = Vector128<float>.Zero;
            Vector128<float> high = Vector128<float>.Zero;
            for (int i = 0; i < half; i += Vector128<float>.Count)
            {
                Vector128<int> bytes = Widen(packed + i);
                low += Vector128.ConvertToSingle(bytes & Vector128.Create(LowHalf)) * Vector128.Load(row + i);
                high += Vector128.ConvertToSingle(bytes >>> 4) * Vector128.Load(row + half + i);
            }

            total += (low + high) * Vector128.Create(scale[b]);
        }

        return Vector128.Sum(total);
    }

    /// <summary>Sum over blocks of scale * dot(levels, row).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Dot8(byte* packed, float* row, float* scale, int blocks, int blockLength)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int b = 0; b < blocks; b++, packed += blockLength, row += blockLength)
            {
                Vector512<float> dot = Vector512<float>.Zero;
                for (int i = 0; i < blockLength; i += Vector512<float>.Count)
                {
                    dot = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(packed + i))), Vector512.Load(row + i), dot);
                }

                sum = Vector512.FusedMultiplyAdd(dot, Vector512.Create(scale[b]), sum);
            }

            return Vector512.Sum(sum);
        }

        if (Avx2.IsSupported)
        {
            Vector256<float> sum = Vector256<float>.Zero;
            for (int b = 0; b < blocks; b++, packed += blockLength, row += blockLength)
            {
                Vector256<float> dot = Vector256<float>.Zero;
                for (int i = 0; i < blockLength; i += Vector256<float>.Count)
                {
                    dot = NativeMath.MultiplyAdd(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(packed + i)), Vector256.Load(row + i), dot);
                }

                sum = NativeMath.MultiplyAdd(dot, Vector256.Create(scale[b]), sum);
            }

            return Vector256.Sum(sum);
        }

        Vector128<float> total = Vector128<float>.Zero;
        for (int b = 0; b < blocks; b++, packed += blockLength, row += blockLength)
        {
            Vector128<float> dot = Vector128<float>.Zero;
            for (int i = 0; i < blockLength; i += Vector128<float>.Count)
            {
                dot += Vector128.ConvertToSingle(Widen(packed + i)) * Vector128.Load(row + i);
            }

            total += dot * Vector128.Create(scale[b]);
        }

        return Vector128.Sum(total);
    }

    // Four bytes as integers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Widen(byte* bytes) => Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(bytes)).AsByte())).AsInt32();
}
