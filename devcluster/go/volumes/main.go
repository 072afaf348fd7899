// Command volumes makes the dynamic volumes of the development cluster: one folder of the node for each claim.
//
// It stands in for rancher/local-path-provisioner, under its provisioner name and storage class, so that a
// chart sees what it sees on k3s. That one starts a pod to make each folder and another to remove it; this
// one runs where the folders are, which saves every store some seconds.
//
// Invariant: it makes and removes folders directly under ROOT only, named by the volume's own name.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v10/controller"
)

// The name that rancher/local-path-provisioner and k3s use.
const provisionerName = "rancher.io/local-path"

type folders struct{ root string }

func (f folders) folder(volume string) (string, error) {
	if volume == "" || volume != filepath.Base(volume) {
		return "", fmt.Errorf("volume name %q is no folder name", volume)
	}
	return filepath.Join(f.root, volume), nil
}

// Provision makes the claim's folder. It can be asked twice for the same volume.
func (f folders) Provision(_ context.Context, o controller.ProvisionOptions) (*core.PersistentVolume, controller.ProvisioningState, error) {
	if o.SelectedNode == nil {
		return nil, controller.ProvisioningFinished, fmt.Errorf("no node was chosen: the storage class must wait for the first consumer")
	}
	folder, err := f.folder(o.PVName)
	if err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	// Any user of the claim's pods may write here, whatever id it runs as; MkdirAll's mode is cut by the umask.
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, controller.ProvisioningNoChange, err
	}
	if err := os.Chmod(folder, 0o777); err != nil {
		return nil, controller.ProvisioningNoChange, err
	}
	kind := core.HostPathDirectoryOrCreate
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: o.PVName},
		Spec: core.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			VolumeMode:                    o.PVC.Spec.VolumeMode,
			Capacity:                      core.ResourceList{core.ResourceStorage: o.PVC.Spec.Resources.Requests[core.ResourceStorage]},
			PersistentVolumeSource:        core.PersistentVolumeSource{HostPath: &core.HostPathVolumeSource{Path: folder, Type: &kind}},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
				MatchExpressions: []core.NodeSelectorRequirement{{
					Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{o.SelectedNode.Labels[core.LabelHostname]},
				}},
			}}}},
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes the volume's folder. A folder that is gone already is no error.
func (f folders) Delete(_ context.Context, volume *core.PersistentVolume) error {
	folder, err := f.folder(volume.Name)
	if err != nil {
		return err
	}
	return os.RemoveAll(folder)
}

func run() error {
	if len(os.Args) != 3 {
		return fmt.Errorf("usage: volumes KUBECONFIG ROOT")
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx := context.Background()
	controller.NewProvisionController(klog.FromContext(ctx), client, provisionerName, folders{root: os.Args[2]},
		controller.LeaderElection(false)).Run(ctx)
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
