using System.Runtime.InteropServices;

namespace ModelBuild;

/// <summary>A number that threads write, on a cache line of its own and away from its neighbours, because processors fetch lines in pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * Distance)]
internal struct LonelyInt32
{
    private const int Distance = 128;

    /// <summary>The number.</summary>
    [FieldOffset(Distance)]
    internal int Value;
}
