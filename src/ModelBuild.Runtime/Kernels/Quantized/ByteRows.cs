using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Fills and copies of short rows of bytes in place of those of spans, which are calls into code that was compiled for any processor. Nothing outside a row is touched.</summary>
internal static unsafe class ByteRows
{
    private const int Wide = 64;
    private const int Narrow = 16;

    /// <summary>Sets <paramref name="bytes"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Fill(byte* target, int bytes, byte value)
    {
        if (bytes >= Wide)
        {
            Vector512<byte> values = Vector512.Create(value);
            for (int done = 0; done < bytes - Wide; done += Wide)
            {
                values.Store(target + done);
            }

            values.Store(target + bytes - Wide);
            return;
        }

        int i = 0;
        for (; i + Narrow <= bytes; i += Narrow)
        {
            Vector128.Create(value).Store(target + i);
        }

        for (; i < bytes; i++)
        {
            target[i] = value;
        }
    }

    /// <summary>Copies <paramref name="bytes"/> bytes between rows that do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy(byte* source, byte* target, int bytes)
    {
        int i = 0;
        if (bytes >= Wide)
        {
            for (; i < bytes - Wide; i += Wide)
            {
                Vector512.Load(source + i).Store(target + i);
            }

            // The last vector overlaps the one before it.
            Vector512.Load(source + bytes - Wide).Store(target + bytes - Wide);
            return;
        }

        for (; i + Narrow <= bytes; i += Narrow)
        {
            Vector128.Load(source + i).Store(target + i);
        }

        for (; i < bytes; i++)
        {
            target[i] = source[i];
        }
    }
}
