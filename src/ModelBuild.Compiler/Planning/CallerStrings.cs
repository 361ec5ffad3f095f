using System.Runtime.InteropServices;

namespace ModelBuild.Compiler.Planning;

/// <summary>The strings of an interpreted call, which steps reach by a handle: spans of strings cannot be made of addresses.</summary>
internal sealed class CallerStrings : IDisposable
{
    private GCHandle _handle;

    /// <summary>Makes the handle.</summary>
    public CallerStrings() => _handle = GCHandle.Alloc(this);

    /// <summary>The handle, for steps.</summary>
    public nint Handle => GCHandle.ToIntPtr(_handle);

    /// <summary>The table of the call.</summary>
    public StringTable Table { get; } = new();

    /// <summary>The strings of each input; null where it holds numbers.</summary>
    public string[]?[] Inputs { get; set; } = [];

    /// <summary>Memory for the strings of each output; null where it holds numbers.</summary>
    public string[]?[] Outputs { get; set; } = [];

    /// <summary>The table behind a handle.</summary>
    public static StringTable TableOf(nint handle) => Of(handle).Table;

    /// <summary>The strings of an input.</summary>
    public static ReadOnlySpan<string> Input(nint handle, int index) => Of(handle).Inputs[index];

    /// <summary>Memory for the strings of an output.</summary>
    public static Span<string> Output(nint handle, int index) => Of(handle).Outputs[index];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle.IsAllocated)
        {
            _handle.Free();
        }
    }

    private static CallerStrings Of(nint handle) => (CallerStrings)GCHandle.FromIntPtr(handle).Target!;
}
