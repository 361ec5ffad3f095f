using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.Build.Utilities;

namespace ModelBuild.Tasks.Tests;

public sealed class PrepareReadyToRunTests : IDisposable
{
    private static readonly string s_library = typeof(PredictorWeights).Assembly.Location;
    private readonly TaskFolder _folder = new();

    [Fact]
    public void NothingButTheFlagChanges()
    {
        Run(s_library).Succeeded();
        byte[] before = File.ReadAllBytes(s_library);
        byte[] after = File.ReadAllBytes(_folder.Output("copy.dll"));
        MethodImplAttributes[] flagsBefore = Flags(before);
        MethodImplAttributes[] flagsAfter = Flags(after);
        int flagged = flagsBefore.Count(f => f.HasFlag(MethodImplAttributes.AggressiveOptimization));
        Assert.True(flagged > 100);
        Assert.Equal(flagsBefore.Select(f => f & ~MethodImplAttributes.AggressiveOptimization), flagsAfter);
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(flagged, before.Zip(after).Count(p => p.First != p.Second));
    }

    [Fact]
    public void AnAssemblyWithoutTheFlagIsCopiedAsItIs()
    {
        string assembly = typeof(Xunit.Assert).Assembly.Location;
        Assert.DoesNotContain(Flags(File.ReadAllBytes(assembly)), f => f.HasFlag(MethodImplAttributes.AggressiveOptimization));
        Run(assembly).Succeeded();
        Assert.Equal(File.ReadAllBytes(assembly), File.ReadAllBytes(_folder.Output("copy.dll")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(600)]
    public void WhatIsNoAssemblyIsAnErrorThatNamesIt(int length)
    {
        string file = _folder.PathOf("broken.dll");
        _folder.Write("broken.dll", File.ReadAllBytes(s_library)[..length]);
        string message = Run(file).FailedWith("MDB7007", file).Message!;
        Assert.Contains("ModelBuildReadyToRun", message, StringComparison.Ordinal);
        Assert.Empty(_folder.Outputs);
    }

    [Fact]
    public void ANativeLibraryIsAnError()
    {
        byte[] image = File.ReadAllBytes(s_library);
        PEHeaders headers = new(new MemoryStream(image));

        // The directory of the common language runtime, the fifteenth of sixteen, at the end of the optional header.
        image.AsSpan(headers.PEHeaderStartOffset + headers.CoffHeader.SizeOfOptionalHeader - 16, 8).Clear();
        string file = _folder.PathOf("native.dll");
        _folder.Write("native.dll", image);
        Run(file).FailedWith("MDB7007", file);
    }

    public void Dispose() => _folder.Dispose();

    private static MethodImplAttributes[] Flags(byte[] image)
    {
        using PEReader reader = new(new MemoryStream(image));
        MetadataReader metadata = reader.GetMetadataReader();
        return [.. metadata.MethodDefinitions.Select(h => metadata.GetMethodDefinition(h).ImplAttributes)];
    }

    private TaskRun Run(string assembly) => _folder.Run(new PrepareReadyToRun { OutputFile = _folder.Output("copy.dll") }, new TaskItem(assembly));
}
