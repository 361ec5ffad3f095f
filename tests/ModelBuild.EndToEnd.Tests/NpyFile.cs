using System.Runtime.InteropServices;
using System.Text;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Serialises float arrays as <c>.npy</c>, version 1.0.</summary>
internal static class NpyFile
{
    public static byte[] Bytes(float[] values, params int[] dims)
    {
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", dims)},), }}".PadRight(117) + "\n";
        return [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. MemoryMarshal.AsBytes<float>(values)];
    }
}
