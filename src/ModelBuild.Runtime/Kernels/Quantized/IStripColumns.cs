using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>How a vector of a part of <see cref="AvxVnniStripSums"/> is read.</summary>
internal unsafe interface IStripColumns
{
    /// <summary>Reads 32 bytes.</summary>
    static abstract Vector256<byte> Load(byte* x);
}
