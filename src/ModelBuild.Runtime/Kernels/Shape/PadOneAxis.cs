using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Padding of one axis by a constant: every stretch of the result is what lies before, a stretch of the operand and what lies behind, each written once.</summary>
internal readonly unsafe struct PadOneAxis<T>(T* x, T* y, T value, nint before, nint length, nint behind) : ISharedRange
    where T : unmanaged
{
    /// <summary>Finds the one axis that a padding makes longer; -1 where it is none, several, or where one becomes shorter.</summary>
    internal static int Axis(ReadOnlySpan<int> shape, ReadOnlySpan<int> before, ReadOnlySpan<int> outShape)
    {
        int found = -1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (before[axis] == 0 && outShape[axis] == shape[axis])
            {
                continue;
            }

            if (found >= 0 || before[axis] < 0 || outShape[axis] < (long)before[axis] + shape[axis])
            {
                return -1;
            }

            found = axis;
        }

        return found;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(nint first, nint end)
    {
        T* source = x + (first * length);
        T* target = y + (first * (before + length + behind));
        for (nint row = first; row < end; row++)
        {
            Fill(target, before);
            Copy((byte*)source, (byte*)(target + before), length * sizeof(T));
            Fill(target + before + length, behind);
            source += length;
            target += before + length + behind;
        }
    }

    /// <summary>The rows of a picture are short: a call for each would take longer than its bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(byte* x, byte* y, nint bytes)
    {
        if (Avx512F.IsSupported && bytes is >= 64 and <= 1024)
        {
            for (nint i = 0; i < bytes - 64; i += 64)
            {
                Vector512.Load(x + i).Store(y + i);
            }

            Vector512.Load(x + bytes - 64).Store(y + bytes - 64);
        }
        else if (bytes is >= 16 and <= 256)
        {
            for (nint i = 0; i < bytes - 16; i += 16)
            {
                Vector128.Load(x + i).Store(y + i);
            }

            Vector128.Load(x + bytes - 16).Store(y + bytes - 16);
        }
        else
        {
            new ReadOnlySpan<byte>(x, (int)bytes).CopyTo(new Span<byte>(y, (int)bytes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fill(T* target, nint count)
    {
        if (count > 16)
        {
            new Span<T>(target, (int)count).Fill(value);
            return;
        }

        for (nint i = 0; i < count; i++)
        {
            target[i] = value;
        }
    }
}
